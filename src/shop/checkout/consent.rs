//! What a buyer agrees to before an order: two boxes that nobody ticks for them.
//!
//! The seller's own wordings stand in the shop's settings, in versions that are never changed; without them the phrases of
//! this program are shown. What is kept with an order names language and version, and for a phrase the begin of its
//! SHA-256: a release may change it.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::db::Session;
use crate::perfex::branding::Legal;
use crate::text::{Language, write_markdown};

use super::super::ShopError;
use super::super::storefront::{Form, ShopPages, ShopVisit};
use super::super::wording::{Wording, WordingKind};
use super::desk::{Agreed, DeskError};
use super::refusal::Refusal;

/// The two wordings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Consent {
    /// The sentence beside the first box.
    terms: String,
    /// The seller's terms as HTML; empty when they are elsewhere.
    terms_text: String,
    /// The sentence beside the second box; HTML when it is the seller's own.
    waiver: String,
    /// The seller's own waiver as HTML; empty when there is none.
    waiver_text: String,
    terms_address: Option<String>,
    privacy_address: Option<String>,
    #[serde(skip)]
    versions: [String; 2],
}

impl Consent {
    /// The wordings for a visitor.
    pub async fn of(session: &mut Session, pages: &ShopPages, visit: &ShopVisit) -> Result<Self, DeskError> {
        let language = visit.language;
        let say = |name| pages.texts.say(language, name, &[]).map_err(DeskError::Text);
        let (terms, waiver) = (say("checkout-terms")?, say("checkout-waiver")?);
        let own_terms = own(session, WordingKind::Terms, language).await?;
        let own_waiver = own(session, WordingKind::Waiver, language).await?;
        let versions =
            [version(language, own_terms.as_ref(), &terms), version(language, own_waiver.as_ref(), &waiver)];
        let written = |wording: Option<Wording>| {
            wording.map(|wording| write_markdown(&wording.text, pages.home())).unwrap_or_default()
        };
        let legal = &visit.snapshot.look.branding.legal;
        let address = |text: Legal| legal.contains(&text).then(|| format!("{}{}", pages.root(), text.path()));
        Ok(Self {
            versions,
            terms_text: written(own_terms),
            waiver_text: written(own_waiver),
            terms_address: address(Legal::Terms),
            privacy_address: address(Legal::Privacy),
            terms,
            waiver,
        })
    }

    /// The boxes that are not ticked.
    #[must_use]
    pub fn missing(&self, form: &Form) -> Vec<Refusal> {
        let fields = [("terms", "checkout-terms-missing"), ("waiver", "checkout-waiver-missing")];
        let open = fields.into_iter().filter(|(field, _)| form.get(field).is_empty());
        open.map(|(field, phrase)| Refusal::new(field, phrase)).collect()
    }

    /// The versions, as part of an offer.
    #[must_use]
    pub fn versions(&self) -> [&str; 2] {
        self.versions.each_ref().map(String::as_str)
    }

    /// The versions, as they are kept.
    #[must_use]
    pub fn agreed(&self) -> Agreed {
        let [terms, waiver] = self.versions.clone();
        Agreed { terms, waiver }
    }
}

/// The seller's own wording, unless they took it back.
async fn own(
    session: &mut Session,
    kind: WordingKind,
    language: Language,
) -> Result<Option<Wording>, DeskError> {
    let found = Wording::current(session, kind, language).await.map_err(ShopError::from)?;
    Ok(found.filter(|wording| !wording.text.trim().is_empty()))
}

/// `de-3` for the seller's third in German, `de-0-1a2b3c4d` for a phrase.
fn version(language: Language, own: Option<&Wording>, phrase: &str) -> String {
    let code = language.code();
    if let Some(wording) = own {
        return format!("{code}-{}", wording.version);
    }
    let digest: String = hex::encode(Sha256::digest(phrase.as_bytes())).chars().take(8).collect();
    format!("{code}-0-{digest}")
}
