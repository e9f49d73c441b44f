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
