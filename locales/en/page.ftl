### Texts of perfex-bridge in English.

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
