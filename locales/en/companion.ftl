### Texts of perfex-bridge in English.

## Companion: what the CRM's own pages say

companion-menu = Bridge
companion-overview = Overview
companion-licenses = Licenses
companion-orders = Orders
companion-shop = Shop
companion-mails = Mails of perfex-bridge
companion-unavailable = Not available at the moment
companion-unavailable-text = This page cannot be shown at the moment. Please try again in a minute.
