//! An order that staff place for a customer: invoiced like any other, or given free of charge.

use tera::Context;

use super::SUBJECT;
use super::orders_page::{Choice, OrdersPage};
use crate::audit::Deed;
use crate::db::retry;
use crate::http::PageError;
use crate::http::staff::{StaffAnswer, StaffVisit};
use crate::perfex::customer::{COMPANY, FIRSTNAME, LASTNAME, checked_email};
use crate::perfex::schema::{Schema, SchemaError};
use crate::shop::package::{Kind, Package};
use crate::shop::product::CatalogueState;
use crate::shop::{PlaceOrder, ShopError};

/// The longest that the CRM's columns take.
const NAME: usize = 191;
const EMAIL: usize = 100;

impl OrdersPage {
    pub(super) async fn new_order(&self, visit: &StaffVisit) -> Result<StaffAnswer, PageError> {
        let mut session = self.workshop.database.session().await?;
        let packages = Package::list(&mut session).await?;
        drop(session);
        let choices: Vec<Choice> = packages
            .iter()
            .filter(|package| package.state == CatalogueState::Active)
            .map(|package| {
                let price = match package.kind {
                    Kind::Paid => visit.formats.amount(package.price, &package.currency),
                    Kind::Free => visit.say("order-kind-free"),
                    Kind::Trial => visit.say("order-kind-trial"),
                };
                let text = format!("{}: {} ({price})", package.product_name, package.name);
                Choice { value: package.sku.clone(), text }
            })
            .collect();
        let languages = [("english", "English"), ("german", "Deutsch")];
        let languages =
            languages.map(|(value, text)| Choice { value: value.to_owned(), text: text.to_owned() });
        let mut context = Context::new();
        context.insert("packages", &choices);
        context.insert("languages", &languages);
        visit.page("order_new.html", visit.say("order-new"), context)
    }

    pub(super) async fn place(&self, mut visit: StaffVisit) -> Result<StaffAnswer, PageError> {
        let package = visit.required("package", 64);
        let email = visit.required("email", EMAIL);
        if !email.is_empty() && checked_email(&email).is_err() {
            visit.refuse("email", "staff-form-email", &[]);
        }
        let firstname = visit.required("firstname", NAME);
        let lastname = visit.required("lastname", NAME);
        let company = visit.text("company", NAME);
        let quantity = visit.form.text("quantity").parse::<u32>().ok().filter(|number| *number > 0);
        if quantity.is_none() {
            visit.refuse("quantity", "staff-form-number", &[]);
        }
        let language = Some(visit.form.text("language").to_owned()).filter(|language| !language.is_empty());
        let gift = visit.form.ticked("gift");
        if visit.form.is_refused() {
            return self.new_order(&visit).await;
        }
        let order = PlaceOrder {
            package: package.clone(),
            quantity: quantity.unwrap_or(1),
            email,
            firstname,
            lastname,
            company,
            language,
            domain: None,
        };
        let mut session = self.workshop.database.session().await?;
        let prefix = self.workshop.database.prefix().as_str();
        let schema = Schema::probe(&mut session, prefix).await.map_err(of_schema)?;
        schema.fit_to_work(None).map_err(of_schema)?;
        drop(session);
        let placed = retry(async || {
            let mut placing = order.write(&self.workshop, &schema, gift).await?;
            let deed = Deed::new(SUBJECT, &placing.order(), if gift { "given" } else { "placed" })
                .changed("package", None::<&str>, Some(format!("{} x {package}", order.quantity)))
                .changed("total", None::<&str>, Some(placing.total()));
            visit.record(placing.session(), &deed).await?;
            placing.commit().await
        })
        .await;
        let placed = match placed {
            Ok(placed) => placed,
            Err(error) if error.is_refusal() => {
                let sentence = visit.tell(&error.sentence());
                match field(&error) {
                    Some(field) => visit.form.refuse(field, sentence),
                    None => visit.form.refuse_whole(sentence),
                }
                return self.new_order(&visit).await;
            }
            Err(error) => return Err(error.into()),
        };
        self.outboxes.iter().for_each(|outbox| outbox.nudge());
        Ok(visit.done(&format!("shop/orders/{}", placed.order), "order-placed"))
    }
}

/// The field that a refusal is about; `None`: the whole form.
fn field(error: &ShopError) -> Option<&'static str> {
    match error {
        ShopError::Trial(_) => Some("email"),
        ShopError::Text(error) => [(COMPANY, "company"), (FIRSTNAME, "firstname"), (LASTNAME, "lastname")]
            .into_iter()
            .find_map(|(text, field)| (text.field == error.field()).then_some(field)),
        _ => None,
    }
}

fn of_schema(error: SchemaError) -> PageError {
    match error {
        SchemaError::Database(error) => error.into(),
        other => PageError::engine(other),
    }
}
