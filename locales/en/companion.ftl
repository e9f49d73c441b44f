### Texts of perfex-bridge in English.

## Companion: what the CRM's own pages say

companion-menu = Bridge
companion-overview = Overview
companion-licenses = Licenses
companion-orders = Orders
companion-products = Products
companion-shop_settings = PM Shop settings
companion-shop = Shop
companion-mails = Mails of perfex-bridge
companion-unavailable = Not available at the moment
companion-unavailable-text = This page cannot be shown at the moment. Please try again in a minute.

## Our mail texts in the CRM's list of mail templates

mails-title = Mails of perfex-bridge
mails-about = These mails are sent by perfex-bridge. Click a name to change its text in every language, or to switch the mail off; what you change stays when perfex-bridge is updated.
mails-mail = Mail
mails-languages = Texts
mails-state = State
mails-on = on
mails-off = off
mails-not-there = not in the CRM
mails-language-english = English
mails-language-german = German
mails-text-delivered = as delivered
mails-text-edited = edited
mails-text-missing = empty, English is sent
mails-fields = Merge fields
mails-common = Merge fields of every mail
mails-group-license = Licenses
mails-group-trial = Trials
mails-group-order = Orders
mails-group-other = More
mails-field-companyname = the name of your company
mails-field-main_domain = your main domain
mails-field-crm_url = the address of the CRM
mails-field-admin_url = the address of the CRM's admin area
mails-field-terms_and_conditions_url = the address of your terms and conditions
mails-field-privacy_policy_url = the address of your privacy policy
mails-field-logo_url = the address of your logo
mails-field-logo_image_with_url = your logo as a picture that links to the CRM
mails-field-dark_logo_image_with_url = your dark logo as a picture that links to the CRM
mails-field-email_signature = the signature from the CRM's mail settings
mails-field-contact_firstname = the first name of whoever ordered
mails-field-contact_lastname = the last name of whoever ordered
mails-field-product_name = the product
mails-field-package_name = the package that was ordered
mails-field-order_number = the number of the order
mails-field-license_key = the license key; of several, each on a line of its own
mails-field-license_valid_until = the day on which the license ends, or that it has no end
mails-field-license_number = the number of the license
mails-field-holder_name = the name of the license's holder
mails-field-old_domain = the domain that has the license
mails-field-new_domain = the domain that asks for the license
mails-field-move_link = the link to the page that moves the license
mails-field-move_valid_until = the moment until which that link works
mails-field-time_left = how long the trial still lasts
mails-field-buy_link = the link under which the product can be bought
