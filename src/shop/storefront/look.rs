//! What all pages of the shop look like: the seller's name, logo and colour, and the links around every page.
//!
//! In: the CRM's own branding and the shop's settings. A setting that cannot be read, because somebody changed it past our
//! form, counts as not set: the shop stays open.

use crate::db::{DbError, Session};
use crate::perfex::branding::{Branding, Legal};
use crate::perfex::options::Options;
use crate::text::{Language, SHOP_STYLE, source_of};

use super::colour::Colour;
use super::link::Link;

/// The shop's colour as `#1d4ed8`.
pub const ACCENT: &str = "perfex_bridge_shop_accent";
/// The address of another logo than the CRM's.
pub const LOGO: &str = "perfex_bridge_shop_logo";
/// Links above every page, a line each.
pub const HEADER_LINKS: &str = "perfex_bridge_shop_header_links";
/// Links below every page, a line each.
pub const FOOTER_LINKS: &str = "perfex_bridge_shop_footer_links";

/// All of them.
pub const SETTINGS: [&str; 4] = [ACCENT, LOGO, HEADER_LINKS, FOOTER_LINKS];

/// What all pages look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The seller.
    pub branding: Branding,
    /// The address of the logo.
    pub logo: Option<String>,
    /// The address of the little picture for the browser's tab.
    pub favicon: Option<String>,
    /// Links above every page.
    pub header_links: Vec<Link>,
    /// Links below every page, beside those to the CRM's own legal texts.
    pub footer_links: Vec<Link>,
    /// The style sheet with the seller's colours.
    pub style: String,
    /// The same as a content security policy names it.
    pub style_source: String,
}

impl Look {
    /// Reads it; `root` is the path of the CRM's address, with a slash at its end.
    pub async fn read(session: &mut Session, root: &str) -> Result<Self, DbError> {
        let branding = Branding::read(session).await?;
        let options = Options::read(session, &[ACCENT, LOGO, HEADER_LINKS, FOOTER_LINKS]).await?;
        let at_home = |path: Option<String>| path.map(|path| format!("{root}{path}"));
        let own_logo = Some(options.get(LOGO)).filter(|logo| !logo.is_empty()).map(str::to_owned);
        let links = |name| Link::parse_lines(options.get(name)).unwrap_or_default();
        let colour: Colour = options.get(ACCENT).parse().unwrap_or_default();
        let look = Self {
            logo: own_logo.or_else(|| at_home(branding.logo())),
            favicon: at_home(branding.favicon()),
            header_links: links(HEADER_LINKS),
            footer_links: links(FOOTER_LINKS),
            branding,
            ..Self::plain(colour)
        };
        Ok(look)
    }

    /// A look without a seller, for pages that must be shown when nothing can be read.
    #[must_use]
    pub fn plain(colour: Colour) -> Self {
        let style = format!("{}{SHOP_STYLE}", colour.rules());
        Self {
            branding: Branding::default(),
            logo: None,
            favicon: None,
            header_links: Vec::new(),
            footer_links: Vec::new(),
            style_source: source_of(&style),
            style,
        }
    }

    /// The language of a visitor of whom nothing else is known.
    #[must_use]
    pub fn language(&self) -> Language {
        Language::for_folder(&self.branding.language)
    }

    /// The phrase for the link to a legal text of the CRM.
    #[must_use]
    pub fn legal_phrase(text: Legal) -> &'static str {
        match text {
            Legal::Terms => "shop-terms",
            Legal::Privacy => "shop-privacy",
        }
    }
}
