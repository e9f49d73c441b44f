### Texts of perfex-bridge in English. Variables such as { $product_name } are Perfex merge fields.

## Mail: a license was issued

mail-license-issued-name = License issued (to customer)
mail-license-issued-subject = Your license key for { $product_name }
mail-license-issued-intro = thank you for your order. Here is your license for { $product_name }:

## Mail: a trial was started

mail-trial-started-name = Trial license issued (to customer)
mail-trial-started-subject = Your trial of { $product_name }
mail-trial-started-intro = your trial of { $product_name } starts now. Here is your license for it:

## Shared by both mails

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
