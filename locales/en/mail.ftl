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

## Mail: a trial goes on

mail-trial-reminder-name = Trial reminder (to customer)
mail-trial-reminder-subject = Your trial of { $product_name }: { $time_left } left
mail-trial-reminder-intro = your trial of { $product_name } has { $time_left } left.
mail-trial-reminder-more = If you buy it now, those days are not lost: your license starts when the trial ends.
mail-trial-reminder-last = You need not do anything: the trial ends by itself, and nothing is charged. If something does not work as you expect, please answer this mail.

## Mail: a trial has ended

mail-trial-ended-name = Trial ended (to customer)
mail-trial-ended-subject = Your trial of { $product_name } has ended
mail-trial-ended-intro = your trial of { $product_name } has ended. Pages for your customers go on working; the module is locked for your staff.
mail-trial-ended-more = If you buy it, the module is unlocked with the key that it has already. All data are still there.
mail-trial-ended-last = If it is not for you, you need not do anything. We would be glad to hear what was missing: please answer this mail.

## Mail: a trial was bought

mail-trial-bought-name = Trial license paid (to customer)
mail-trial-bought-subject = { $product_name }: your trial is now a full license
mail-trial-bought-intro = thank you for your order. Your trial of { $product_name } is now a full license, with the same key:
mail-trial-bought-same = You need not enter it again: the module notices it within a day. To see it at once, open its settings and click “Check now”.

## Shared by the mails about a trial

mail-trial-buy = See packages and prices
mail-trial-key = Your license key, which stays the same when you buy:
