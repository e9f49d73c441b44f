### Texts of perfex-bridge in English.

## Why a license stands where it stands

license-reason-missing = No license yet: enter the key that you got by mail.
license-reason-unchecked = The license was not checked yet. Click “Check now”.
license-reason-unreadable_key = The stored license key cannot be read; the CRM's encryption key has changed. Enter the license key again.
license-reason-unconfirmed = The license could not be confirmed for more than 7 days, so the module is locked for staff. Let this server reach the license server, then click “Check now”.
license-reason-grace = The license server could not be asked. Everything works on for now.
license-reason-other_domain = The license belongs to { $domain }. Release it there, or enter another key. On a copy for tests, activate the key here.
license-reason-clock_set_back = This server's clock was set back. Set it right, then click “Check now”.
license-reason-active = The license is valid.
license-reason-trial = This is a trial license.
license-reason-past_due = The payment of the license is missing. Pay, or it will be suspended.
license-reason-expired = The license has ended. Renew it, then click “Check now”.
license-reason-suspended = The license is suspended. Pay what is open, or ask your vendor.
license-reason-revoked = The license was revoked by the vendor. Ask your vendor.
license-reason-wrong_domain = The license belongs to another domain. Release it there, or let its holder move it by a mailed link; a trial stays on its first domain until it is bought, and each domain has one.
license-reason-wrong_product = This key is for another product. Enter the key that you got for this module.
license-reason-released = The license is not activated for this domain. Enter the key again.
license-reason-unknown = The license server does not know this key. Compare it with the mail.
license-reason-limit = All places of the license are taken. Release one first.
license-reason-moves = The license was moved too often in the last 30 days. Ask your vendor.
license-reason-key_shape = This is not a license key. It looks like a1b2c3d4e5f6…-xxxx-xxxx-xxxxxxxxxxxxxxxx.
license-reason-key_typo = The license key has a typing error. Copy it from the mail and paste it.
license-reason-unreachable = The license server could not be asked. Allow this server outgoing HTTPS connections to it, then try again. ({ $detail })
license-reason-address = No license can be bound to the address of this CRM. ({ $detail })
license-reason-answer = The answer of the license server cannot be used. ({ $detail })
