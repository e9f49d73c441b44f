//! What the CRM shows of each of our modules: one line each.

/// Where something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// A line under our item in the staff area's side menu.
    StaffMenu,
    /// A part of our widget on the staff's dashboard.
    StaffWidget,
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
    /// Its name is the phrase `companion-<name>`.
    pub name: &'static str,
    /// Its page: below `/bridge/staff` for staff, below the CRM's address else.
    pub path: &'static str,
    /// Its Font Awesome class; may be empty.
    pub icon: &'static str,
    /// Its place among the others.
    pub position: u8,
}

/// All of them.
pub const ENTRIES: [Entry; 1] =
    [Entry { spot: Spot::StaffMenu, name: "licenses", path: "licenses", icon: "", position: 1 }];

impl Spot {
    /// Its name in the companion's PHP.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::StaffMenu => "staff_menu",
            Self::StaffWidget => "staff_widget",
            Self::PortalMenu => "portal_menu",
            Self::PortalScript => "portal_script",
        }
    }
}
