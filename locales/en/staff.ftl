### Texts of perfex-bridge in English.

## Pages for staff

staff-refused = Not available
staff-unknown = This page is for staff who are signed in to the CRM. Open it from the menu of the CRM.
staff-forbidden = You lack the permission for this. An administrator can give it to you under Setup > Staff, feature “perfex-bridge”.
staff-stale = This form is out of date. Open the page again and send it once more.
staff-busy = This is not possible right now. Try again in a minute.
staff-licenses = Licenses of the modules
staff-licenses-about = Each module of perfex-bridge needs a license. It is checked in the background about once a day; no page waits for it.
staff-license-key = License key
staff-license-paste = Paste the license key here
staff-license-activate = Activate License
staff-license-check = Check now
staff-license-release = Release
staff-license-release-sure = Release the license from this CRM? The staff area of the module is locked until a license is activated again.
staff-license-trouble = Last attempt to check:
staff-license-domain = Domain
staff-license-valid-until = Valid until
staff-license-last-check = Last check
staff-license-next-check = Next check
staff-license-grace-ends = Works without a check until
staff-said-activated = The license is activated.
staff-said-checked = The license server was asked.
staff-said-released = The license is released.
license-state-missing = no license
license-state-valid = valid
license-state-grace = not confirmed
license-state-locked = locked
