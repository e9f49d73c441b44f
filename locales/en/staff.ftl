### Texts of perfex-bridge in English.

## Pages for staff

staff-refused = Not available
staff-unknown = This page is for staff who are signed in to the CRM. Open it from the menu of the CRM.
staff-forbidden = You lack the permission “{ $capability }” for this. An administrator can give it to you under Setup > Staff, feature “{ $feature }”.
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
said-license-activated = The license is activated.
said-license-checked = The license server was asked.
said-license-released = The license is released.
said-license-asking = The license server has not answered yet. The question goes on: look at this page again in a moment.
license-state-missing = no license
license-state-valid = valid
license-state-grace = not confirmed
license-state-locked = locked

## Frame of all pages

staff-nowhere = There is no such page here, or what it showed is gone. Open it from the menu of the CRM.
staff-read-only = This is a demonstration: everything can be looked at, nothing can be changed.
staff-capability-view = view
staff-capability-create = create
staff-capability-edit = edit
staff-capability-delete = delete
staff-form-empty = Please fill this in.
staff-form-long = This is too long: at most { $longest } characters fit.
staff-form-email = This is not a mail address. It is written like name@example.com.
staff-form-number = This is not a number.
staff-form-date = This is not a date.
staff-form-choice = Please choose one of these.
staff-filter = Filter
staff-filter-clear = Clear
staff-list-pages = Pages of the list
staff-list-previous = Newer
staff-list-next = Older
staff-list-shown = { $first } to { $last } of { $total }
staff-save = Save
staff-cancel = Cancel
staff-back = Back
staff-audit = Who changed what
staff-audit-none = Nobody has changed anything here yet.
staff-audit-nothing = (empty)
staff-audit-became = became
audit-field-email = Mail address
audit-field-state = State
audit-module-activated = activated the license of the module “{ $id }”.
audit-module-checked = had the license of the module “{ $id }” checked.
audit-module-released = released the license of the module “{ $id }”.
staff-locked = The staff area of { $module } is locked. The public pages keep working.
staff-locked-do = Enter a license
