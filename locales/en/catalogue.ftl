### Texts of perfex-bridge in English.

## What every page of the shop has

shop-skip = Skip to the content
shop-nav = Main navigation
shop-footer = Legal
shop-language = Language
shop-products = Products
shop-account = My account
shop-to-products = See all products
shop-demo = This is a demonstration: look around as you like, nothing can be ordered or changed.
shop-name = Shop
shop-terms = Terms and conditions
shop-privacy = Privacy policy

## When there is no page

shop-gone = There is no such page
shop-gone-text = The address may have a typing error, or the page has moved.
shop-busy = Please try again
shop-busy-text = The shop cannot answer right now. Nothing was lost; try again in a minute.
shop-method = This is not possible here
shop-method-text = Open the page again and use its buttons.
