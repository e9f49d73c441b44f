//! A package: its form.

use serde::Serialize;
use tera::Context;

use crate::audit::Deed;
use crate::db::Session;
use crate::http::PageError;
use crate::http::staff::{StaffAnswer, StaffVisit};
use crate::licensing::Term;
use crate::money::Amount;
use crate::perfex::currency::Currency;
use crate::perfex::tax::Tax;
use crate::shop::product::{NAME, is_slug};
use crate::shop::storefront::named_tax;
use crate::shop::{
    Kind, NewPackage, Package, PackagePage, PackagePageChange, PackageTerms, Product, ShopError,
};
use crate::text::Language;

use super::sequence::{behind, packages};
use super::{PACKAGE, ProductsPage, deeds, found, package};

#[derive(Serialize)]
struct Choice {
    value: String,
    text: String,
}

/// What the form says, read.
struct Entered {
    name: String,
    price: Amount,
    currency: String,
    tax: Option<String>,
    term: Option<Term>,
    sites: u32,
    descriptions: [(Language, String); 2],
}

impl ProductsPage {
    pub(super) async fn blank_offer(
        &self,
        mut visit: StaffVisit,
        slug: &str,
    ) -> Result<StaffAnswer, PageError> {
        let mut session = self.database.session().await?;
        let Some(product) = found(&mut session, slug).await? else { return Ok(StaffAnswer::Unknown) };
        visit.form.fill("sites", "1");
        self.offer_form(&mut session, &visit, &product, None).await
    }

    pub(super) async fn add_offer(
        &self,
        mut visit: StaffVisit,
        slug: &str,
    ) -> Result<StaffAnswer, PageError> {
        let mut session = self.database.begin().await?;
        let Some(product) = found(&mut session, slug).await? else { return Ok(StaffAnswer::Unknown) };
        let sku = visit.required("sku", 64);
        if !sku.is_empty() && !is_slug(&sku) {
            visit.refuse("sku", "staff-product-slug-wrong", &[]);
        }
        let kind = visit.form.text("kind").parse::<Kind>().ok();
        if kind.is_none() {
            visit.refuse("kind", "staff-form-choice", &[]);
        }
        let entered = read(&mut visit, kind);
        let (Some(kind), Some(entered), false) = (kind, entered, visit.form.is_refused()) else {
            return self.offer_form(&mut session, &visit, &product, None).await;
        };
        let place = behind(&packages(&mut session, &product).await?);
        let new = NewPackage {
            product: slug.to_owned(),
            sku: sku.clone(),
            name: Some(entered.name.clone()),
            kind,
            price: entered.price,
            currency: entered.currency.clone(),
            tax: entered.tax.clone(),
            term: entered.term,
        };
        let added = async {
            let id = Package::add(&mut session, &new, visit.now).await?;
            page(&mut session, id, &entered, Some(place)).await
        }
        .await;
        match added {
            Ok(()) => {}
            Err(error) if error.is_refusal() => {
                let sentence = visit.tell(&error.sentence());
                visit.form.refuse_whole(sentence);
                // What the statement before the refused one wrote is not kept.
                let mut session = self.database.session().await?;
                return self.offer_form(&mut session, &visit, &product, None).await;
            }
            Err(error) => return Err(error.into()),
        }
        let price = format!("{} {}", entered.price, entered.currency);
        let deed = Deed::new(PACKAGE, &sku, "created").changed("price", None::<String>, Some(price));
        visit.record(&mut session, &deed).await?;
        session.commit().await?;
        self.showcase.changed();
        Ok(visit.done(&format!("shop/products/{slug}"), "package-created"))
    }

    pub(super) async fn edit_offer(
        &self,
        mut visit: StaffVisit,
        slug: &str,
        sku: &str,
    ) -> Result<StaffAnswer, PageError> {
        let mut session = self.database.session().await?;
        let (Some(product), Some(known)) =
            (found(&mut session, slug).await?, package(&mut session, slug, sku).await?)
        else {
            return Ok(StaffAnswer::Unknown);
        };
        let page = PackagePage::of(&mut session, known.id).await?;
        let form = &mut visit.form;
        form.fill("name", &known.name);
        form.fill("price", &known.price);
        form.fill("currency", &known.currency);
        form.fill("tax", &known.tax.as_ref().map(ToString::to_string).unwrap_or_default());
        form.fill("term", &known.term.map(|term| term.to_string()).unwrap_or_default());
        form.fill("sites", &page.sites);
        for language in Language::ALL {
            let text = page.descriptions.get(language).cloned().unwrap_or_default();
            form.fill(&format!("description-{language}"), &text);
        }
        self.offer_form(&mut session, &visit, &product, Some(&known)).await
    }

    pub(super) async fn save_offer(
        &self,
        mut visit: StaffVisit,
        slug: &str,
        sku: &str,
    ) -> Result<StaffAnswer, PageError> {
        let mut session = self.database.begin().await?;
        let (Some(product), Some(known)) =
            (found(&mut session, slug).await?, package(&mut session, slug, sku).await?)
        else {
            return Ok(StaffAnswer::Unknown);
        };
        let entered = read(&mut visit, Some(known.kind));
        if visit.form.text("version") != known.version.to_string() {
            let sentence = visit.say("staff-changed-meanwhile");
            visit.form.refuse_whole(sentence);
        }
        let (Some(entered), false) = (entered, visit.form.is_refused()) else {
            return self.offer_form(&mut session, &visit, &product, Some(&known)).await;
        };
        let terms = PackageTerms {
            name: entered.name.clone(),
            price: entered.price,
            currency: entered.currency.clone(),
            tax: entered.tax.clone(),
            term: entered.term,
        };
        let before = PackagePage::of(&mut session, known.id).await?;
        let written = async {
            if !Package::rewrite(&mut session, &known, &terms).await? {
                return Ok(false);
            }
            page(&mut session, known.id, &entered, None).await?;
            Ok::<bool, ShopError>(true)
        }
        .await;
        let refused = match written {
            Ok(true) => None,
            Ok(false) => Some(visit.say("staff-changed-meanwhile")),
            Err(error) if error.is_refusal() => Some(visit.tell(&error.sentence())),
            Err(error) => return Err(error.into()),
        };
        if let Some(sentence) = refused {
            visit.form.refuse_whole(sentence);
            let mut session = self.database.session().await?;
            return self.offer_form(&mut session, &visit, &product, Some(&known)).await;
        }
        let deed = Deed::new(PACKAGE, sku, "changed")
            .changed("name", Some(&known.name), Some(&entered.name))
            .changed(
                "price",
                Some(visit.formats.amount(known.price, &known.currency)),
                Some(visit.formats.amount(entered.price, &entered.currency)),
            )
            .changed("tax", known.tax.as_ref(), entered.tax.as_ref())
            .changed("term", known.term, entered.term)
            .changed("sites", Some(before.sites), Some(entered.sites));
        visit.record(&mut session, &deed).await?;
        session.commit().await?;
        self.showcase.changed();
        Ok(visit.done(&format!("shop/products/{slug}"), "package-changed"))
    }

    async fn offer_form(
        &self,
        session: &mut Session,
        visit: &StaffVisit,
        product: &Product,
        known: Option<&Package>,
    ) -> Result<StaffAnswer, PageError> {
        let same = |text: String| Choice { value: text.clone(), text };
        let mut currencies: Vec<Choice> = Currency::names(session).await?.into_iter().map(same).collect();
        let mut taxes: Vec<Choice> = Tax::all(session)
            .await?
            .iter()
            .map(|tax| Choice { value: tax.to_string(), text: named_tax(visit.language, tax) })
            .collect();
        keep_choice(visit, "currency", &mut currencies);
        keep_choice(visit, "tax", &mut taxes);
        let kinds: Vec<Choice> = Kind::ALL
            .iter()
            .map(|kind| Choice { value: kind.to_string(), text: visit.say(&format!("staff-kind-{kind}")) })
            .collect();
        let mut context = Context::new();
        context.insert("product", &product.name);
        context.insert("slug", &product.slug);
        context.insert("sku", &known.map(|package| package.sku.as_str()));
        context.insert("kind", &known.map(|package| visit.say(&format!("staff-kind-{}", package.kind))));
        context.insert("on_sale", &known.is_some_and(|package| package.on_sale));
        context.insert("version", &known.map(|package| package.version.to_string()));
        context.insert("kinds", &kinds);
        context.insert("currencies", &currencies);
        context.insert("taxes", &taxes);
        let (title, audit) = match known {
            Some(package) => (package.name.clone(), deeds(session, visit, PACKAGE, &package.sku).await?),
            None => (visit.say("staff-package-new"), Vec::new()),
        };
        context.insert("audit", &audit);
        visit.page("package.html", title, context)
    }
}

/// Keeps the form's own value among the choices when the CRM does not have it any more: a browser would choose another one,
/// and whoever changes the name would change the price.
fn keep_choice(visit: &StaffVisit, field: &str, choices: &mut Vec<Choice>) {
    let value = visit.form.text(field);
    if !value.is_empty() && !choices.iter().any(|choice| choice.value == value) {
        let text = visit.say_with("staff-choice-gone", &[("value", value)]);
        choices.push(Choice { value: value.to_owned(), text });
    }
}

/// Reads the form; what cannot be read is refused, each at its field.
fn read(visit: &mut StaffVisit, kind: Option<Kind>) -> Option<Entered> {
    let name = visit.required("name", NAME.limit);
    let price = visit.form.text("price").replace(',', ".");
    let price = if price.is_empty() { Some(Amount::ZERO) } else { price.parse::<Amount>().ok() };
    match (price, kind) {
        (None, _) => visit.refuse("price", "staff-package-price-wrong", &[]),
        (Some(price), Some(Kind::Paid)) if !price.is_positive() => {
            visit.refuse("price", "staff-package-price-needed", &[]);
        }
        (Some(price), Some(Kind::Free | Kind::Trial)) if price.is_positive() => {
            visit.refuse("price", "staff-package-price-none", &[]);
        }
        _ => {}
    }
    let currency = visit.required("currency", 100);
    let term = visit.form.text("term").to_owned();
    let term = if term.is_empty() { Ok(None) } else { term.parse::<Term>().map(Some) };
    if term.is_err() {
        visit.refuse("term", "staff-package-term-wrong", &[]);
    }
    let sites = visit.form.text("sites").parse::<u32>().ok().filter(|sites| (1..=100).contains(sites));
    if sites.is_none() {
        visit.refuse("sites", "staff-package-sites-wrong", &[]);
    }
    let tax = Some(visit.form.text("tax").to_owned()).filter(|tax| !tax.is_empty());
    let english = visit.text("description-english", 4_000);
    let german = visit.text("description-german", 4_000);
    Some(Entered {
        name,
        price: price?,
        currency,
        tax,
        term: term.ok()?,
        sites: sites?,
        descriptions: [(Language::English, english), (Language::German, german)],
    })
}

async fn page(
    session: &mut Session,
    package: crate::ids::PackageId,
    entered: &Entered,
    place: Option<i32>,
) -> Result<(), ShopError> {
    let change = PackagePageChange { sites: Some(entered.sites), place };
    PackagePage::change(session, package, change).await?;
    for (language, text) in &entered.descriptions {
        PackagePage::describe(session, package, *language, text).await?;
    }
    Ok(())
}
