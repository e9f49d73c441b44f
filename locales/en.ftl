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

## Companion: what the CRM's own pages say

companion-menu = Bridge
companion-overview = Overview
companion-licenses = License API
companion-unavailable = Not available at the moment
companion-unavailable-text = This page cannot be shown at the moment. Please try again in a minute.
