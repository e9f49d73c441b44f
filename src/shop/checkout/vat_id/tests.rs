use proptest::prelude::*;

use super::*;

/// Ids that companies print on their own invoices and imprints, or that authorities give as examples.
const GENUINE: [(&str, &str); 30] = [
    ("AT", "ATU13585627"),
    ("BE", "BE0428759497"),
    ("BG", "BG175074752"),
    ("CY", "CY10259033P"),
    ("CZ", "CZ25123891"),
    ("DE", "DE136695976"),
    ("DK", "DK13585628"),
    ("EE", "EE100931558"),
    ("ES", "ESB58378431"),
    ("ES", "ES54362315K"),
    ("ES", "ESX2482300W"),
    ("FI", "FI20774740"),
    ("FR", "FR40303265045"),
    ("GR", "EL094259216"),
    ("HR", "HR33392005961"),
    ("HU", "HU12892312"),
    ("IE", "IE6433435F"),
    ("IE", "IE6433435OA"),
    ("IE", "IE8D79739I"),
    ("IT", "IT00743110157"),
    ("LT", "LT119511515"),
    ("LU", "LU15027442"),
    ("LV", "LV40003521600"),
    ("MT", "MT11679112"),
    ("NL", "NL004495445B01"),
    ("PL", "PL8567346215"),
    ("PT", "PT501964843"),
    ("RO", "RO18547290"),
    ("SE", "SE123456789701"),
    ("SI", "SI50223054"),
];

fn parsed(text: &str, country: &str) -> Result<Option<String>, VatIdError> {
    VatId::parse(text, country).map(|id| id.map(|id| id.to_string()))
}

#[test]
fn genuine_ids_are_taken_however_they_are_written() {
    for (country, id) in GENUINE.into_iter().chain([("SK", "SK2022749619")]) {
        let rest = &id[2..];
        for written in [
            id.to_owned(),
            id.to_lowercase(),
            rest.to_owned(),
            format!(" {} {}-{} ", &id[..2], &rest[..3], &rest[3..]),
            format!("{}.{}", &id[..4], &id[4..]),
        ] {
            assert_eq!(parsed(&written, country), Ok(Some(id.to_owned())), "{country}: {written}");
        }
    }
}

#[test]
fn a_mistyped_digit_is_noticed_in_every_member_state() {
    for (country, id) in GENUINE.into_iter().chain([("SK", "SK2022749619")]) {
        for (place, sign) in id.char_indices().filter(|(place, sign)| *place > 3 && sign.is_ascii_digit()) {
            // The branch of Dutch and Swedish ids is counted, not checked.
            if matches!(country, "NL" | "SE") && place + 2 >= id.len() {
                continue;
            }
            let other = if sign == '9' { '0' } else { char::from(u8::try_from(sign).unwrap() + 1) };
            let mut wrong = id.to_owned();
            wrong.replace_range(place..=place, &other.to_string());
            assert_eq!(parsed(&wrong, country), Err(VatIdError::CheckDigits), "{country}: {wrong}");
        }
    }
}

#[test]
fn what_is_no_id_is_told_apart() {
    assert_eq!(parsed("", "DE"), Ok(None));
    assert_eq!(parsed(" - ", "DE"), Ok(None));
    assert_eq!(parsed("12345", "DE"), Err(VatIdError::Form("DE123456789")));
    assert_eq!(parsed("DE000000000", "DE"), Err(VatIdError::Form("DE123456789")));
    assert_eq!(parsed("ATU13585627", "DE"), Err(VatIdError::OtherCountry));
    assert_eq!(parsed("DE136695976", "AT"), Err(VatIdError::OtherCountry));
    assert_eq!(parsed("GR094259216", "GR"), Err(VatIdError::Form("EL123456789")));
    assert_eq!(parsed("<script>", "DE"), Err(VatIdError::Unreadable));
    assert_eq!(parsed("DE136695976\r\nBcc: x", "DE"), Err(VatIdError::Unreadable));
    assert_eq!(parsed("DE13669597ü", "DE"), Err(VatIdError::Unreadable));
    assert_eq!(parsed(&"1".repeat(21), "US"), Err(VatIdError::Unreadable));
    // Outside of the Union nobody checks.
    assert_eq!(parsed("CHE-116.281.710 MWST", "CH"), Ok(Some("CHE116281710MWST".into())));
    assert!(
        is_member_state("GR") && !is_member_state("EL") && !is_member_state("GB") && !is_member_state("CH")
    );
}

proptest! {
    #[test]
    fn no_text_breaks_a_rule(text in "\\PC{0,24}|[A-Z0-9+*]{0,16}", country in "[A-Z]{2}|AT|IE|ES|NL|FR|CY") {
        if let Ok(Some(id)) = parsed(&text, &country) {
            prop_assert_eq!(parsed(&id, &country), Ok(Some(id)));
        }
    }
}
