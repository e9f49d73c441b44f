//! The addresses of all pages, for search engines: every page in every language.

use std::fmt::Write as _;

use crate::text::Language;

use super::pages::ShopPages;
use super::showcase::Snapshot;
use super::visit::LANGUAGE_PARAMETER;

/// The list as XML.
pub(super) fn sitemap(pages: &ShopPages, snapshot: &Snapshot) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n",
    );
    let products = snapshot.shelf.for_sale().map(|listed| format!("shop/{}", listed.product.slug));
    for path in std::iter::once("shop".to_owned()).chain(products) {
        let plain = pages.address(&path);
        let addresses = std::iter::once(plain.clone())
            .chain(Language::ALL.iter().map(|language| in_language(&plain, *language)));
        for address in addresses {
            // Writing into a text cannot fail.
            write!(xml, "<url><loc>{}</loc>", escaped(&address)).unwrap_or_default();
            for language in Language::ALL {
                alternate(&mut xml, language.code(), &in_language(&plain, *language));
            }
            alternate(&mut xml, "x-default", &plain);
            xml.push_str("</url>\n");
        }
    }
    xml.push_str("</urlset>\n");
    xml
}

fn in_language(address: &str, language: Language) -> String {
    format!("{address}?{LANGUAGE_PARAMETER}={}", language.code())
}

fn alternate(xml: &mut String, code: &str, address: &str) {
    let address = escaped(address);
    write!(xml, "<xhtml:link rel=\"alternate\" hreflang=\"{code}\" href=\"{address}\"/>").unwrap_or_default();
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
