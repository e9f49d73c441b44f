### Texts of perfex-bridge in English.

## Pages of the client portal

portal-refused = Not available
portal-astray = This page is part of the client portal. The web server has to hand its address to the CRM; please tell whoever runs this site.
portal-unknown = Please sign in to the client portal to see this page.
portal-inactive = Your access to the client portal is not active at the moment. Please get in touch with us.
portal-forbidden-invoices = You may not see invoices, and this page belongs to them. A colleague of yours or we can give you that permission.
portal-demo = This is a demonstration: nothing can be changed here.
portal-stale = This form is out of date. Please open the page again and send it once more.
portal-busy = This is not possible right now. Please try again in a minute.
portal-no-page = There is no such page in the portal. Please open it from the menu.

## Page: the customer's licenses

portal-licenses = Licenses
portal-key = License key
portal-copy = Copy
portal-copied = Copied
portal-key-unreadable = The key cannot be shown at the moment. The license works on; please ask us for the key.
portal-domain = Domain
portal-domain-none = not activated yet
portal-domain-elsewhere = see the settings of the module
portal-staging = also { $domain }
portal-valid-until = Valid until
portal-last-check = Last check
portal-last-check-none = not in the last 8 days
portal-issued = Issued on
portal-invoice = Invoice
portal-right-active = active
portal-right-trial = trial
portal-right-past_due = payment missing
portal-right-expired = expired
portal-right-suspended = suspended
portal-right-revoked = revoked
portal-why-past_due = The payment for this license is missing. It works on for some days, and is suspended after that.
portal-why-expired = This license has ended. The pages for your customers work on, the settings are locked.
portal-why-suspended = This license does not work at the moment. Please pay what is open, or get in touch with us.
portal-why-revoked = This license was withdrawn. Please get in touch with us.
portal-waiting = An order waits for its payment; its licenses appear here right after that.
portal-pay = Pay invoice { $number }
portal-release = Release the domain
portal-release-about = The license stops working on { $domain } and can then be activated on another domain.
portal-release-left = You can do this { $left } more times within 30 days.
portal-release-left-once = You can do this once more within 30 days.
portal-release-button = Release now
portal-release-limit = This license was moved three times within 30 days. To protect it, the next move is up to us; please get in touch.
portal-release-gone = Nothing was changed: the license is not activated on that domain any more.
portal-released = The domain is released. The license can be activated on another one now.
portal-none = You have no licenses yet.
portal-none-about = They appear here as soon as an order is paid.
portal-to-shop = To the shop
portal-newer = Newer licenses
portal-older = Older licenses

## The customer's profile in the CRM

customer-title = Orders and licenses
customer-orders = Orders
customer-order = Order
customer-placed = Placed on
customer-total = Total
customer-state = State
customer-invoice = Invoice
customer-draft = draft
customer-no-orders = This customer has ordered nothing yet.
customer-charge-none = not paid
customer-charge-partial = partly paid
customer-charge-full = paid
customer-charge-over = overpaid
customer-charge-reversed = payment taken back
customer-charge-cancelled = cancelled
customer-charge-expired = expired
customer-licenses = Licenses
customer-license = License
customer-product = Product
customer-domain = Domain
customer-valid-until = Valid until
customer-last-check = Last check
customer-no-licenses = This customer has no licenses yet.
