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
