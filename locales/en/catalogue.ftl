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

## The list of products

shop-title = Our products
shop-lead = Buy in a minute, without an account: your license key is on the screen as soon as the payment arrives.
shop-search = Search the products
shop-search-hint = Search
shop-search-button = Search
shop-show = Show
shop-filter-all = All products
shop-filter-paid = To buy
shop-filter-trial = With a free trial
shop-filter-free = Free of charge
shop-found-one = One product found.
shop-found-many = { $count } products found.
shop-show-all = Show all products
shop-nothing-found = Nothing found
shop-nothing-found-text = No product has all of these words. Try fewer or other words.
shop-empty = The shop opens soon
shop-empty-text = There is nothing for sale yet. Please come back later.
shop-pages = Pages
shop-page = Page { $number }
shop-from = from { $price }
shop-free = Free
shop-free-trial = Free trial
shop-has-trial = Free trial
shop-tax-short = incl. { $tax }
shop-not-available = Not available at the moment

## A product

shop-crumbs = You are here
shop-release = Version { $release }
shop-packages = Packages
shop-about = About
shop-requirements = Requirements
shop-changelog = What is new
shop-picture = Picture of { $product }
shop-buy = Buy now
shop-get-free = Get it free
shop-start-trial = Start the free trial
shop-tax = incl. { $rate }% { $tax } ({ $net } net)
shop-no-tax = final price, no tax is added
shop-nothing-to-pay = nothing to pay, no payment details needed
shop-term-forever = License without an end date
shop-term-d-one = License for one day
shop-term-d-many = License for { $count } days
shop-term-m-one = License for one month
shop-term-m-many = License for { $count } months
shop-term-y-one = License for one year
shop-term-y-many = License for { $count } years
shop-trial-d-one = Try it for one day
shop-trial-d-many = Try it for { $count } days
shop-trial-m-one = Try it for one month
shop-trial-m-many = Try it for { $count } months
shop-trial-y-one = Try it for one year
shop-trial-y-many = Try it for { $count } years
shop-sites-one = For one site, a staging copy included
shop-sites-many = For { $count } sites, with a key for each
shop-trial-ends = Ends by itself
shop-not-available-text = This product cannot be ordered at the moment. Please come back later.
shop-trust-key = License key on the screen and by mail at once after payment
shop-trust-invoice = A proper invoice as PDF
shop-trust-account = No account needed
shop-retired = No longer for sale
shop-retired-text = This product is not sold any more. Licenses that were bought keep working.

## When there is no page

shop-gone = There is no such page
shop-gone-text = The address may have a typing error, or the page has moved.
shop-busy = Please try again
shop-busy-text = The shop cannot answer right now. Nothing was lost; try again in a minute.
shop-method = This is not possible here
shop-method-text = Open the page again and use its buttons.
