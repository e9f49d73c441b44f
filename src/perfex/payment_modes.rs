//! Which ways to pay an invoice offers.

use crate::db::{DbError, Fields, Record, Session};

use super::php_value::PhpValue;

const OFFLINE: &str = "SELECT `id` FROM `{p}payment_modes` \
     WHERE `active` = 1 AND `selected_by_default` = 1 AND `expenses_only` = 0 ORDER BY `id`";
const GATEWAYS: &str =
    "SELECT `name`, `value` FROM `{p}options` WHERE `name` LIKE 'paymentmethod\\_%' ORDER BY `name`";

struct Setting {
    name: String,
    value: String,
}

impl Record for Setting {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { name: row.take("name")?, value: row.take("value")? })
    }
}

/// The value of `allowed_payment_modes` that Perfex's form would preselect: active offline modes and gateways that are
/// selected by default. Never empty text: that breaks the public invoice page (`verified.md` 1.9).
pub async fn preselected(session: &mut Session) -> Result<Vec<u8>, DbError> {
    let mut modes: Vec<String> =
        session.rows::<(i64,)>(OFFLINE, ()).await?.into_iter().map(|row| row.0.to_string()).collect();
    let settings: Vec<Setting> = session.rows(GATEWAYS, ()).await?;
    let on = |name: &str| settings.iter().any(|setting| setting.name == name && setting.value == "1");
    for setting in &settings {
        let gateway = setting
            .name
            .strip_prefix("paymentmethod_")
            .and_then(|rest| rest.strip_suffix("_default_selected"));
        if let Some(gateway) = gateway
            && on(&setting.name)
            && on(&format!("paymentmethod_{gateway}_active"))
        {
            modes.push(gateway.to_owned());
        }
    }
    Ok(PhpValue::list_of_texts(modes).to_bytes())
}
