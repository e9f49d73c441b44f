//! What the CRM shows of each of our modules: one line each.

use crate::companion::FEATURE;
use crate::http::staff::{Capability, Feature};
use crate::perfex::portal_contact::Permission;
use crate::shop;

/// Where something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// A line under our item in the staff area's side menu.
    StaffMenu,
    /// A part of our widget on the staff's dashboard; the page is fetched by the browser.
    StaffWidget,
    /// A tab of a customer's profile in the staff area; the page is fetched by the browser, below the entry's path with
    /// the client's number.
    CustomerTab,
    /// A part of the page Setup > Email Templates; the page is fetched by the browser.
    EmailTemplates,
    /// A line in the client portal's menu, for contacts who are signed in.
    PortalMenu,
    /// A script on every page of the client portal.
    PortalScript,
}

/// Something that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Where it is shown.
    pub spot: Spot,
    /// Its name is the phrase `companion-<name>`; one name a spot.
    pub name: &'static str,
    /// Its page: below `/bridge/staff` for staff, below the CRM's address else.
    pub path: &'static str,
    /// Its Font Awesome class; may be empty.
    pub icon: &'static str,
    /// Its place among the others; in the portal's menu among the CRM's own (invoices 15, contracts 20).
    pub position: u8,
    /// What staff need the capability `view` of, to find it; the page itself asks again.
    pub feature: Feature,
    /// What a contact must be allowed to see to find it in the portal's menu; the page itself asks again.
    pub needs: Option<Permission>,
}

/// All of them.
pub const ENTRIES: &[Entry] = &[
    staff(Spot::StaffMenu, "overview", "overview", 1),
    Entry { feature: shop::FEATURE, ..staff(Spot::StaffMenu, "shop", "shop", 10) },
    Entry { feature: shop::FEATURE, ..staff(Spot::StaffMenu, "orders", "shop/orders", 11) },
    Entry { feature: shop::FEATURE, ..staff(Spot::StaffMenu, "products", "shop/products", 12) },
    Entry { feature: shop::FEATURE, ..staff(Spot::StaffMenu, "shop_settings", "shop/settings", 19) },
    staff(Spot::StaffMenu, "licenses", "licenses", 90),
    staff(Spot::StaffWidget, "overview", "widget", 1),
    Entry {
        icon: "fa-solid fa-key",
        feature: shop::FEATURE,
        ..staff(Spot::CustomerTab, "shop", "shop/customer", 90)
    },
    staff(Spot::EmailTemplates, "mails", "mails", 1),
    Entry {
        spot: Spot::PortalMenu,
        name: "licenses",
        path: "clients/licenses",
        icon: "",
        position: 16,
        feature: FEATURE,
        needs: Some(Permission::Invoices),
    },
];

const fn staff(spot: Spot, name: &'static str, path: &'static str, position: u8) -> Entry {
    Entry { spot, name, path, icon: "", position, feature: FEATURE, needs: None }
}

/// What staff can have capabilities of, and which there are.
pub const FEATURES: &[(Feature, &[Capability])] =
    &[(FEATURE, &[Capability::View, Capability::Edit]), (shop::FEATURE, Capability::ALL)];

impl Spot {
    /// Its name in the companion's PHP.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::StaffMenu => "staff_menu",
            Self::StaffWidget => "staff_widget",
            Self::CustomerTab => "customer_tab",
            Self::EmailTemplates => "email_templates",
            Self::PortalMenu => "portal_menu",
            Self::PortalScript => "portal_script",
        }
    }
}
