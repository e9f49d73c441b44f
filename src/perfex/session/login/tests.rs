//! Sessions as PHP writes them, and as nobody should.

use proptest::prelude::*;

use super::*;
use crate::perfex::php_value::PhpKey;

const EVA: ContactLogin = ContactLogin { contact: ContactId(34), client: ClientId(12) };
const CONTACT: &str = "client_user_id|s:2:\"12\";contact_user_id|s:2:\"34\";client_logged_in|b:1;";
const STAFF: &str = "staff_user_id|s:1:\"7\";staff_logged_in|b:1;";

fn login(data: impl AsRef<[u8]>) -> Result<Login, Unreadable> {
    Login::of(data.as_ref())
}

#[test]
fn each_kind_of_visitor_is_told() {
    assert_eq!(login(""), Ok(Login::Nobody));
    assert_eq!(login("__ci_last_regenerate|i:1700000000;"), Ok(Login::Nobody));
    assert_eq!(login(CONTACT), Ok(Login::Contact(EVA)));
    assert_eq!(login(STAFF), Ok(Login::Staff(StaffId(7))));
    let both = format!("{STAFF}{CONTACT}");
    assert_eq!(login(&both), Ok(Login::Contact(EVA)));
    let disguised = format!("{both}logged_in_as_client|b:1;");
    assert_eq!(login(disguised), Ok(Login::Impersonation { staff: StaffId(7), contact: EVA }));
}

#[test]
fn half_a_login_is_none() {
    for data in [
        "client_user_id|s:2:\"12\";client_logged_in|b:1;",
        "client_user_id|s:2:\"12\";contact_user_id|s:2:\"34\";",
        "client_user_id|s:2:\"12\";contact_user_id|s:2:\"34\";client_logged_in|b:0;",
        "client_user_id|s:2:\"12\";contact_user_id|N;client_logged_in|b:1;",
        "staff_user_id|s:1:\"7\";",
        "staff_logged_in|b:1;",
        "tfa_staffid|s:1:\"7\";_two_factor_auth_established|b:1;",
        &format!("{CONTACT}logged_in_as_client|b:1;"),
    ] {
        assert_eq!(login(data), Ok(Login::Nobody), "{data}");
    }
}

#[test]
fn ids_are_numbers_or_their_text_and_nothing_else() {
    let with = |id: &str| login(format!("staff_user_id|{id}staff_logged_in|b:1;"));
    assert_eq!(with("i:7;"), Ok(Login::Staff(StaffId(7))));
    for wrong in [
        "i:0;",
        "i:-7;",
        "s:2:\" 7\";",
        "s:2:\"07\";",
        "s:2:\"7x\";",
        "s:0:\"\";",
        "i:2147483648;",
        "b:1;",
        "d:7;",
    ] {
        assert_eq!(with(wrong), Ok(Login::Nobody), "{wrong}");
    }
    for strange in ["R:1;", "O:8:\"stdClass\":0:{}"] {
        assert_eq!(with(strange), Err(Unreadable::Value("staff_user_id")), "{strange}");
    }
}

#[test]
fn what_other_modules_keep_beside_is_stepped_over() {
    let objects =
        "cart|O:4:\"Cart\":1:{s:5:\"items\";a:1:{i:0;R:1;}}note|s:33:\"staff_logged_in|b:1;x|y;\"}{staff_\";";
    assert_eq!(login(format!("{objects}{CONTACT}")), Ok(Login::Contact(EVA)));
    let binary = [b"blob|s:4:\"\xff\0|;\";".as_slice(), CONTACT.as_bytes()].concat();
    assert_eq!(login(binary), Ok(Login::Contact(EVA)));
}

#[test]
fn the_last_of_two_values_counts() {
    assert_eq!(
        login(format!("{CONTACT}contact_user_id|i:35;")).unwrap(),
        Login::Contact(ContactLogin { contact: ContactId(35), ..EVA })
    );
    assert_eq!(login(format!("{CONTACT}client_logged_in|N;")), Ok(Login::Nobody));
}

#[test]
fn a_session_that_breaks_off_is_nobodys() {
    let data = format!("{CONTACT}message|s:5:\"saved\";");
    for length in 0..CONTACT.len() {
        assert!(matches!(login(&data[..length]), Ok(Login::Nobody) | Err(_)), "{}", &data[..length]);
    }
    for length in CONTACT.len() + 1..data.len() {
        assert!(login(&data[..length]).is_err(), "{}", &data[..length]);
    }
    assert_eq!(login(format!("{CONTACT}x|s:9:\"a\";")), Err(Unreadable::Damaged { at: CONTACT.len() }));
}

#[test]
fn other_formats_are_told_from_damage() {
    for foreign in [
        b"a:3:{s:14:\"client_user_id\";s:2:\"12\";s:15:\"contact_user_id\";s:2:\"34\";}".as_slice(),
        b"\0\0\0\x02\x14\x03\x11\x0eclient_user_id",
        b"c2VhbGVkIGJ5IHN1aG9zaW4",
        b"|",
        b"name",
    ] {
        assert_eq!(login(foreign), Err(Unreadable::Format));
    }
}

#[test]
fn a_megabyte_is_read_without_ado() {
    let large = format!("junk|s:1048576:\"{}\";{CONTACT}", "|".repeat(1_048_576));
    assert_eq!(login(large), Ok(Login::Contact(EVA)));
    let many = "a|N;".repeat(300_000) + CONTACT;
    assert_eq!(login(many), Ok(Login::Contact(EVA)));
    assert!(login("a|".repeat(500_000)).is_err());
    assert!(login(format!("x|{}", "a:1:{i:0;".repeat(200_000))).is_err());
}

fn values() -> impl Strategy<Value = PhpValue> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(PhpValue::Int),
        any::<Vec<u8>>().prop_map(PhpValue::Text),
        Just(PhpValue::Text(b"staff_logged_in|b:1;staff_user_id|i:1;".to_vec())),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop::collection::vec((any::<Vec<u8>>().prop_map(PhpKey::Text), inner), 0..4)
            .prop_map(PhpValue::Array)
    })
}

proptest! {
    #[test]
    fn no_value_beside_them_changes_who_is_signed_in(
        others in prop::collection::vec(("[a-z_]{1,12}", values()), 0..6),
        at in 0_usize..7,
    ) {
        let mut data = Vec::new();
        for (index, (name, value)) in others.iter().enumerate() {
            if index == at.min(others.len()) {
                data.extend_from_slice(CONTACT.as_bytes());
            }
            data.extend_from_slice(format!("x_{name}|").as_bytes());
            data.extend(value.to_bytes());
        }
        if at >= others.len() {
            data.extend_from_slice(CONTACT.as_bytes());
        }
        prop_assert_eq!(login(data), Ok(Login::Contact(EVA)));
    }

    #[test]
    fn any_bytes_are_read_or_refused_without_panic(data: Vec<u8>) {
        if let Err(refused) = login(data) {
            prop_assert!(!refused.to_string().is_empty());
        }
    }

    #[test]
    fn a_changed_byte_never_makes_staff_of_a_contact(at in 0_usize..CONTACT.len(), byte: u8) {
        let mut data = CONTACT.as_bytes().to_vec();
        data[at] = byte;
        let staff = matches!(login(data), Ok(Login::Staff(_) | Login::Impersonation { .. }));
        prop_assert!(!staff);
    }
}
