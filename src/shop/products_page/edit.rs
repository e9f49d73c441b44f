//! A product: its form, its preview, and its packages.

use serde::Serialize;
use tera::Context;

use crate::audit::Deed;
use crate::db::Session;
use crate::http::PageError;
use crate::http::staff::{StaffAnswer, StaffVisit};
use crate::licensing::Term;
use crate::shop::product::{NAME, is_slug};
use crate::shop::{
    CatalogueState, Product, ProductChange, ProductPage, ProductPageChange, ProductText, ProductTextChange,
    ShopError,
};
use crate::text::{Language, is_own_picture, write_markdown};

use super::sequence::{Step, packages};
use super::{PRODUCT, ProductsPage, deeds, found};

/// The longest Markdown text, in characters.
const LONGEST_TEXT: usize = 16_000;

/// What stands in a tab of languages.
#[derive(Serialize)]
pub(crate) struct Tab {
    text: &'static str,
    href: String,
    active: bool,
}

#[derive(Serialize)]
struct PackageRow {
    sku: String,
    name: String,
    kind: String,
    price: String,
    term: String,
    on_sale: bool,
    step: Step,
}

#[derive(Serialize)]
pub(super) struct Preview {
    name: String,
    tagline: String,
    description: String,
    requirements: String,
    changelog: String,
}

/// The texts' language: the one that the form carries, else the one that the address asks for, else the visitor's own.
pub(crate) fn language(visit: &StaffVisit) -> Language {
    let sent = visit.form.text("language").parse().ok();
    let asked = visit.query.parsed("language");
    sent.or(asked).unwrap_or(visit.language)
}

/// A tab for each language.
pub(crate) fn tabs(current: Language) -> Vec<Tab> {
    let tab = |language: &Language| Tab {
        text: language.own_name(),
        href: format!("?language={language}"),
        active: *language == current,
    };
    Language::ALL.iter().map(tab).collect()
}

impl ProductsPage {
    pub(super) fn blank(visit: &StaffVisit) -> Result<StaffAnswer, PageError> {
        visit.page("product_new.html", visit.say("staff-product-new"), Context::new())
    }

    pub(super) async fn create(&self, mut visit: StaffVisit) -> Result<StaffAnswer, PageError> {
        let name = visit.required("name", NAME.limit);
        let slug = visit.required("slug", 64);
        if !slug.is_empty() && !is_slug(&slug) {
            visit.refuse("slug", "staff-product-slug-wrong", &[]);
        }
        if visit.form.is_refused() {
            return Self::blank(&visit);
        }
        let mut session = self.database.begin().await?;
        match Product::add(&mut session, &slug, &name, visit.now).await {
            Ok(_) => {}
            Err(error) if error.is_refusal() => {
                visit.refuse("slug", "staff-product-slug-taken", &[("slug", &slug)]);
                return Self::blank(&visit);
            }
            Err(error) => return Err(error.into()),
        }
        visit.record(&mut session, &Deed::new(PRODUCT, &slug, "created")).await?;
        session.commit().await?;
        self.showcase.changed();
        Ok(visit.done(&format!("shop/products/{slug}"), "product-created"))
    }

    pub(super) async fn edit(&self, visit: StaffVisit, slug: &str) -> Result<StaffAnswer, PageError> {
        let mut session = self.database.session().await?;
        let Some(product) = found(&mut session, slug).await? else { return Ok(StaffAnswer::Unknown) };
        self.form(&mut session, visit, &product, None).await
    }

    pub(super) async fn save(&self, mut visit: StaffVisit, slug: &str) -> Result<StaffAnswer, PageError> {
        let mut session = self.database.begin().await?;
        let Some(product) = found(&mut session, slug).await? else { return Ok(StaffAnswer::Unknown) };
        let language = language(&visit);
        let name = visit.required("name", NAME.limit);
        let release = visit.text("release", 40);
        let picture = visit.text("picture", 500);
        if !picture.is_empty() && !is_own_picture(&picture, &self.home) {
            visit.refuse("picture", "staff-product-picture-wrong", &[("home", self.home.as_str())]);
        }
        let text = ProductText {
            tagline: visit.text("tagline", 191),
            description: visit.text("description", LONGEST_TEXT),
            requirements: visit.text("requirements", LONGEST_TEXT),
            changelog: visit.text("changelog", LONGEST_TEXT),
        };
        if visit.form.text("version") != product.version.to_string() {
            let sentence = visit.say("staff-changed-meanwhile");
            visit.form.refuse_whole(sentence);
        }
        if visit.form.is_refused() || visit.form.ticked("preview") {
            let preview = self.preview(&name, &text);
            return self.form(&mut session, visit, &product, Some(preview)).await;
        }
        let before = ProductPage::of(&mut session, product.id).await?;
        let texts = before.texts.get(&language).cloned().unwrap_or_default();
        let change = ProductChange { name: Some(name.clone()), state: None };
        let page =
            ProductPageChange { release: Some(release.clone()), picture: Some(picture.clone()), place: None };
        let words = ProductTextChange {
            tagline: Some(text.tagline.clone()),
            description: Some(text.description.clone()),
            requirements: Some(text.requirements.clone()),
            changelog: Some(text.changelog.clone()),
        };
        let written = async {
            if !Product::change_from(&mut session, slug, product.version, &change).await? {
                return Ok(false);
            }
            ProductPage::change(&mut session, product.id, &page, &self.home).await?;
            ProductPage::change_text(&mut session, product.id, language, &words).await?;
            Ok::<bool, ShopError>(true)
        }
        .await;
        match written {
            Ok(true) => {}
            Ok(false) => {
                let sentence = visit.say("staff-changed-meanwhile");
                visit.form.refuse_whole(sentence);
                return self.form(&mut session, visit, &product, None).await;
            }
            Err(error) if error.is_refusal() => {
                let sentence = visit.tell(&error.sentence());
                visit.form.refuse_whole(sentence);
                return self.form(&mut session, visit, &product, None).await;
            }
            Err(error) => return Err(error.into()),
        }
        let deed = Deed::new(PRODUCT, slug, "changed")
            .changed("name", Some(product.name), Some(name))
            .changed("release", Some(before.release), Some(release))
            .changed("picture", Some(before.picture), Some(picture))
            .changed("tagline", Some(texts.tagline), Some(text.tagline))
            .changed("description", Some(start_of(&texts.description)), Some(start_of(&text.description)))
            .changed("requirements", Some(start_of(&texts.requirements)), Some(start_of(&text.requirements)))
            .changed("changelog", Some(start_of(&texts.changelog)), Some(start_of(&text.changelog)));
        visit.record(&mut session, &deed).await?;
        session.commit().await?;
        self.showcase.changed();
        Ok(visit.done(&format!("shop/products/{slug}"), "product-changed"))
    }

    pub(super) async fn form(
        &self,
        session: &mut Session,
        mut visit: StaffVisit,
        product: &Product,
        preview: Option<Preview>,
    ) -> Result<StaffAnswer, PageError> {
        let language = language(&visit);
        let page = ProductPage::of(session, product.id).await?;
        let text = page.texts.get(&language).cloned().unwrap_or_default();
        for (field, value) in [
            ("name", &product.name),
            ("release", &page.release),
            ("picture", &page.picture),
            ("tagline", &text.tagline),
            ("description", &text.description),
            ("requirements", &text.requirements),
            ("changelog", &text.changelog),
        ] {
            visit.form.fill(field, value);
        }
        let packages = packages(session, product).await?;
        let count = packages.len();
        let packages: Vec<PackageRow> = packages
            .into_iter()
            .enumerate()
            .map(|(index, (package, _))| PackageRow {
                step: Step::of(index, count),
                kind: visit.say(&format!("staff-kind-{}", package.kind)),
                price: format!("{} {}", package.price, package.currency),
                term: match package.term.map(Term::phrase) {
                    Some((phrase, count)) => visit.say_with(phrase, &[("count", &count.to_string())]),
                    None => visit.say("valid-without-end"),
                },
                on_sale: package.on_sale,
                sku: package.sku,
                name: package.name,
            })
            .collect();
        let mut context = Context::new();
        context.insert("slug", &product.slug);
        context.insert("on_sale", &(product.state == CatalogueState::Active));
        context.insert("version", &product.version.to_string());
        context.insert("language", language.as_str());
        context.insert("tabs", &tabs(language));
        context.insert("packages", &packages);
        context.insert("preview", &preview);
        context.insert("address", &format!("{}shop/{}?lang={}", self.home, product.slug, language.code()));
        context.insert("audit", &deeds(session, &visit, PRODUCT, &product.slug).await?);
        visit.page("product.html", product.name.clone(), context)
    }

    fn preview(&self, name: &str, text: &ProductText) -> Preview {
        let html = |markdown: &str| write_markdown(markdown, &self.home);
        Preview {
            name: name.to_owned(),
            tagline: text.tagline.clone(),
            description: html(&text.description),
            requirements: html(&text.requirements),
            changelog: html(&text.changelog),
        }
    }
}

/// What the timeline shows of a long text.
fn start_of(text: &str) -> String {
    let start: String = text.chars().take(80).collect();
    if start.len() == text.len() { start } else { format!("{start}\u{2026} ({})", text.chars().count()) }
}
