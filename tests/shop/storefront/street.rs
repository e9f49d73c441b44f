//! A shop with a catalogue, and somebody who walks past its window.

use std::sync::Arc;

use perfex_bridge::http::Request;
use perfex_bridge::ids::{PackageId, ProductId};
use perfex_bridge::shop::storefront::{CataloguePages, ShopPages};
use perfex_bridge::shop::{
    Kind, NewPackage, Package, PackagePage, PackagePageChange, Product, ProductPage, ProductPageChange,
    ProductTextChange,
};
use perfex_bridge::text::Language;
use url::Url;
use warp::http::{HeaderMap, StatusCode};
use warp::hyper::body::Bytes;

use crate::identity::house::{House, request};

/// The shop's pages beside a CRM.
pub struct Street {
    pub house: House,
    pub catalogue: CataloguePages,
}

/// An answer, read.
#[derive(Debug)]
pub struct Seen {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub html: String,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// What stands in the page beside its style sheet and scripts.
    pub fn body(&self) -> String {
        let (head, rest) = self.html.split_once("<style>").unwrap();
        let rest = rest.split_once("</style>").unwrap().1;
        let rest = rest.split_once("<script>").map_or(rest, |(before, _)| before);
        let lines = head.lines().chain(rest.lines()).filter(|line| !line.trim().is_empty());
        format!("{}\n{}", self.status, lines.collect::<Vec<_>>().join("\n"))
    }
}

impl Street {
    /// A shop with Backup, which is sold, and Light, which is free.
    pub async fn open() -> Self {
        let street = Self::empty().await;
        let backup = street.product("backup", "Backup Pro").await;
        street.package("backup", "backup-1y", Kind::Paid, "49.00", Some("VAT|19.00")).await;
        street.package("backup", "backup-trial", Kind::Trial, "0", None).await;
        let five = street.package("backup", "backup-5", Kind::Paid, "1149.00", Some("VAT|7.00")).await;
        let mut session = street.house.shop.app.database.session().await.unwrap();
        PackagePage::change(&mut session, five, PackagePageChange { sites: Some(5), place: None })
            .await
            .unwrap();
        PackagePage::describe(&mut session, five, Language::German, "Mit **Hilfe** am Telefon.")
            .await
            .unwrap();
        let page = ProductPageChange {
            release: Some("3.2.0".into()),
            picture: Some("/media/public/backup.png".into()),
            place: Some(1),
        };
        ProductPage::change(&mut session, backup, &page, street.home()).await.unwrap();
        for (language, tagline, description) in [
            (Language::English, "Sleep well.", "Saves *every* night.\n\n## How\n\n- at once"),
            (Language::German, "Schlafen Sie gut.", "Sichert *jede* Nacht."),
        ] {
            let change = ProductTextChange {
                tagline: Some(tagline.into()),
                description: Some(description.into()),
                ..ProductTextChange::default()
            };
            ProductPage::change_text(&mut session, backup, language, &change).await.unwrap();
        }
        let change = ProductTextChange {
            requirements: Some("- PHP 8.0".into()),
            changelog: Some("### 3.2.0\n\nFaster.".into()),
            ..ProductTextChange::default()
        };
        ProductPage::change_text(&mut session, backup, Language::English, &change).await.unwrap();
        let light = street.product("light", "Status Light").await;
        street.package("light", "light-free", Kind::Free, "0", None).await;
        let last = ProductPageChange { place: Some(2), ..ProductPageChange::default() };
        ProductPage::change(&mut session, light, &last, street.home()).await.unwrap();
        street
    }

    /// A shop with nothing in it.
    pub async fn empty() -> Self {
        Self::of(House::open().await, "https://crm.example/", false)
    }

    /// The shop of this CRM at `base_url`.
    pub fn of(house: House, base_url: &str, read_only: bool) -> Self {
        let identity = Arc::new(house.another_daemon());
        let base_url = Url::parse(base_url).unwrap();
        let pages = ShopPages::new(house.shop.app.database.clone(), identity, base_url, read_only).unwrap();
        Self { catalogue: CataloguePages { pages }, house }
    }

    /// The pages of another daemon beside the same CRM.
    pub fn another_daemon(&self) -> CataloguePages {
        let identity = Arc::new(self.house.another_daemon());
        let app = &self.house.shop.app;
        let pages = ShopPages::new(app.database.clone(), identity, app.base_url.clone(), false).unwrap();
        CataloguePages { pages }
    }

    pub fn home(&self) -> &Url {
        &self.house.shop.app.base_url
    }

    pub async fn product(&self, slug: &str, name: &str) -> ProductId {
        let mut session = self.house.shop.app.database.session().await.unwrap();
        Product::add(&mut session, slug, name, self.house.shop.now()).await.unwrap()
    }

    pub async fn package(
        &self,
        product: &str,
        sku: &str,
        kind: Kind,
        price: &str,
        tax: Option<&str>,
    ) -> PackageId {
        let mut session = self.house.shop.app.database.session().await.unwrap();
        let new = NewPackage {
            product: product.into(),
            sku: sku.into(),
            name: Some(format!("Package {sku}")),
            kind,
            price: price.parse().unwrap(),
            currency: "EUR".into(),
            tax: tax.map(str::to_owned),
            term: (kind == Kind::Paid).then(|| "12m".parse().unwrap()),
        };
        Package::add(&mut session, &new, self.house.shop.now()).await.unwrap()
    }

    /// What a browser that speaks `language` sees.
    pub async fn look(&self, target: &str, language: &str) -> Seen {
        self.ask(request("GET", target, &[("accept-language", language)], "")).await
    }

    pub async fn ask(&self, request: Request<Vec<u8>>) -> Seen {
        seen(self.catalogue.answer(request).await).await
    }
}

pub async fn seen(response: warp::reply::Response) -> Seen {
    let (head, body) = response.into_parts();
    let bytes: Bytes = http_body_util::BodyExt::collect(body).await.unwrap().to_bytes();
    Seen { status: head.status, headers: head.headers, html: String::from_utf8(bytes.to_vec()).unwrap() }
}
