### Texts of perfex-bridge in English. In mails, variables such as { $product_name } are Perfex merge fields.

## Mail: a license was issued

mail-license-issued-name = License issued (to customer)
mail-license-issued-subject = Your license key for { $product_name }
mail-license-issued-intro = thank you for your order. Here is your license for { $product_name }:

## Mail: a trial was started

mail-trial-started-name = Trial license issued (to customer)
mail-trial-started-subject = Your trial of { $product_name }
mail-trial-started-intro = your trial of { $product_name } starts now. Here is your license for it:

## Mail: a site asks for a license that another site has

mail-license-move-name = License move to be confirmed (to customer)
mail-license-move-subject = Move your license for { $product_name } to { $new_domain }?
mail-move-greeting = Hello { $holder_name },
mail-move-intro = your license key for { $product_name } was used on a new domain. Shall the license move there?
mail-move-old = Current domain
mail-move-new = New domain
mail-move-license = License number
mail-move-yes = If so, open this link. It leads to a page with a button, and nothing happens before you press that.
mail-move-button = Look at the move
mail-move-until = The link works once, until { $move_valid_until }.
mail-move-no = If this was not you, do nothing: your license stays where it is. Somebody has your key then, so please answer this mail.

## Shared by the mails that carry a key

mail-greeting = Hello { $contact_firstname } { $contact_lastname },
mail-package = Package
mail-valid-until = Valid until
mail-order = Order
mail-steps = How to activate it
mail-step-open = Open the settings of the module in your Perfex administration.
mail-step-paste = Paste the key into the license panel and click “Activate License”.
mail-step-domain = One key works for one domain. After that, the license is checked in the background once a day.
mail-keep = Please keep this mail: you will need the key again when the module moves to another server.
mail-keep-trial = The trial ends by itself. Nothing is charged.

valid-without-end = without end

## Page: move a license

page-move-title = Move a license
page-move-heading = Move your license for { $product }?
page-move-effect = Each license works on one domain. After the move, the module works on the new domain and stops working on the current one.
page-move-product = Product
page-move-old = Current domain
page-move-new = New domain
page-move-button = Move the license
page-move-until = This link works once, until { $until }.
page-move-not-you = You know nothing about this? Then close this page: nothing changes.

## Notices on pages of that kind

page-moved = The license has moved
page-moved-text = Your license for { $product } belongs to { $new_domain } now.
page-moved-next = The module there notices it by itself within a day, or at once when you click “Activate License” in its settings.
page-gone = This link does not work any more
page-gone-text = It was used, replaced by a newer one, or is more than 24 hours old.
page-gone-next = If you have just moved your license with it, all is well. Otherwise, ask for a new link in the settings of the module on the new domain.
page-staff = We have to do this for you
page-staff-often = Your license for { $product } was moved three times within 30 days. To protect it, the next move is up to us.
page-staff-idle = Your license for { $product } does not work at the moment, so it cannot be moved.
page-staff-next = Please answer the mail that had this link.
page-forged = Please press the button on our page
page-forged-text = This did not come from our own page, so nothing was changed.
page-forged-next = Open the link in the mail again and press the button there.
page-busy = Too many requests
page-busy-text = Please wait a minute and open the link again. Nothing was changed.
page-unavailable = This cannot be done right now
page-unavailable-text = Please open the link again in a few minutes. If the license has moved already, the page says so.

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

## Why a license stands where it stands

license-reason-missing = No license yet: enter the key that you got by mail.
license-reason-unchecked = The license was not checked yet. Click “Check now”.
license-reason-unreadable_key = The stored license key cannot be read; the CRM's encryption key has changed. Enter the license key again.
license-reason-unconfirmed = The license could not be confirmed for more than 7 days, so the module is locked for staff. Let this server reach the license server, then click “Check now”.
license-reason-grace = The license server could not be asked. Everything works on for now.
license-reason-other_domain = The license belongs to { $domain }. Release it there, or enter another key. On a copy for tests, activate the key here.
license-reason-clock_set_back = This server's clock was set back. Set it right, then click “Check now”.
license-reason-active = The license is valid.
license-reason-trial = This is a trial license.
license-reason-past_due = The payment of the license is missing. Pay, or it will be suspended.
license-reason-expired = The license has ended. Renew it, then click “Check now”.
license-reason-suspended = The license is suspended. Pay what is open, or ask your vendor.
license-reason-revoked = The license was revoked by the vendor. Ask your vendor.
license-reason-wrong_domain = The license is in use on another domain. Release it there, or let its holder move it by a mailed link.
license-reason-wrong_product = This key is for another product. Enter the key that you got for this module.
license-reason-released = The license is not activated for this domain. Enter the key again.
license-reason-unknown = The license server does not know this key. Compare it with the mail.
license-reason-limit = All places of the license are taken. Release one first.
license-reason-moves = The license was moved too often in the last 30 days. Ask your vendor.
license-reason-key_shape = This is not a license key. It looks like a1b2c3d4e5f6…-xxxx-xxxx-xxxxxxxxxxxxxxxx.
license-reason-key_typo = The license key has a typing error. Copy it from the mail and paste it.

## Companion: what the CRM's own pages say

companion-menu = Bridge
companion-licenses = Licenses
companion-unavailable = Not available at the moment
companion-unavailable-text = This page cannot be shown at the moment. Please try again in a minute.
