//! What a product page says to search engines: schema.org in JSON-LD.

use serde_json::{Value, json};

use crate::shop::{Kind, Listed, Offer};

/// What a product is made of for a search engine.
pub(super) struct Described<'a> {
    /// The product with its offers.
    pub listed: &'a Listed,
    /// A sentence about it.
    pub description: &'a str,
    /// Who sells it.
    pub company: &'a str,
    /// The page's whole address.
    pub address: &'a str,
    /// The picture's whole address; empty for none.
    pub picture: &'a str,
    /// The whole address of the page that orders the package with the SKU behind it.
    pub checkout: &'a str,
}

/// The product as JSON that can stand in a page: no sign in it ends a script.
pub(super) fn product(described: &Described<'_>) -> String {
    let Described { listed, description, company, address, picture, checkout } = described;
    let mut value = json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": listed.product.name,
        "sku": listed.product.slug,
        "url": address,
        "category": "Software",
    });
    if !description.is_empty() {
        put(&mut value, "description", json!(description));
    }
    if !picture.is_empty() {
        put(&mut value, "image", json!(picture));
    }
    if !company.is_empty() {
        put(&mut value, "brand", json!({ "@type": "Brand", "name": company }));
    }
    let offers: Vec<Value> =
        listed.offers.iter().filter_map(|offer| said(offer, company, checkout)).collect();
    if !offers.is_empty() {
        put(&mut value, "offers", json!(offers));
    }
    // Within a string these mean the same.
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// An offer; none in a currency that has no ISO code, which search engines would refuse.
fn said(offer: &Offer, company: &str, checkout: &str) -> Option<Value> {
    let currency = offer.price.currency.as_str();
    let iso = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
    if !iso {
        return None;
    }
    let mut value = json!({
        "@type": "Offer",
        "name": offer.package.name,
        "sku": offer.package.sku,
        "price": offer.price.gross,
        "priceCurrency": currency,
        "availability": "https://schema.org/InStock",
        "url": format!("{checkout}{}", offer.package.sku),
    });
    if offer.package.kind == Kind::Paid {
        let specification = json!({
            "@type": "UnitPriceSpecification",
            "price": offer.price.gross,
            "priceCurrency": currency,
            "valueAddedTaxIncluded": offer.price.tax.is_some(),
        });
        put(&mut value, "priceSpecification", specification);
    }
    if !company.is_empty() {
        put(&mut value, "seller", json!({ "@type": "Organization", "name": company }));
    }
    Some(value)
}

fn put(value: &mut Value, name: &str, part: Value) {
    if let Some(object) = value.as_object_mut() {
        object.insert(name.to_owned(), part);
    }
}
