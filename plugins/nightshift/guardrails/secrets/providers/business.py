"""Keys of payments, shops, mail, chat and other services. Sources: their documentation, gitleaks (MIT)."""

from __future__ import annotations

from nightshift.guardrails.secrets.providers.shape import DASHED, HEX, UUID, WORD, ProviderKey, shape

BUSINESS_KEYS: tuple[ProviderKey, ...] = (
    shape("(?:sk|rk|pk)_(?:live|test|prod)_", WORD + "{10,247}"),  # Stripe
    shape("whsec_", "[A-Za-z0-9+/]{24,64}={0,2}"),
    shape("EAAA", DASHED + "{60}"),  # Square
    shape("sq0(?:atp|csp|idp)-", DASHED + "{22,43}"),
    shape("access_token\\$(?:production|sandbox)\\$", "[0-9a-z]{16}\\$[0-9a-f]{32}"),  # PayPal
    shape("access-(?:production|development|sandbox)-", UUID),  # Plaid
    shape("rzp_(?:live|test)_", WORD + "{14}"),  # Razorpay
    shape("FLWSECK(?:_TEST)?-", "[0-9a-z]{32}-X"),  # Flutterwave
    shape("duffel_(?:live|test)_", "[A-Za-z0-9_=-]{43}"),  # Duffel
    shape("shp(?:at|ca|pa|ss)_", "[0-9a-fA-F]{32}"),  # Shopify
    shape("EZ[AT]K", WORD + "{54}"),  # EasyPost
    shape("shippo_(?:live|test)_", HEX + "{40}"),
    shape("xox[abeoprs]-|xoxe\\.xox[bp]-", "[A-Za-z0-9-]{10,250}"),  # Slack
    shape("xapp-", r"[0-9]-[A-Z0-9]+-\d+-[a-z0-9]+"),
    ProviderKey("[0-9]:AA", r"(?<![A-Za-z0-9])\d{8,10}:AA[A-Za-z0-9_-]{32,35}(?![A-Za-z0-9_-])"),  # Telegram
    ProviderKey(
        r"[A-Za-z0-9]\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{4}",
        r"(?<![A-Za-z0-9_.-])[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,38}(?![A-Za-z0-9_-])",
    ),  # Discord
    shape("SK|AC", "[0-9a-f]{32}"),  # Twilio
    shape(r"SG\.", r"[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}"),  # SendGrid
    shape("key-", HEX + "{32}"),  # Mailgun
    ProviderKey("[0-9a-f]-us[0-9]", r"(?<![0-9a-z])[0-9a-f]{32}-us\d{1,2}(?![0-9])"),  # Mailchimp
    shape("xkeysib-|xsmtpsib-", HEX + "{64}-[A-Za-z0-9]{16}"),  # Brevo
    shape(r"mlsn\.", HEX + "{64}"),  # MailerSend
    shape("re_[A-Za-z0-9]{8}_", WORD + "{24,44}"),  # Resend
    shape("EAA[A-Z]", WORD + "{80,}"),  # Facebook
    shape("IG(?:QV|AA)", DASHED + "{100,300}"),  # Instagram
    ProviderKey(  # X: zeros of a number, in base64, and a value in percent encoding
        "A{20}[A-Za-z0-9%]{8}", r"(?<![A-Za-z0-9+/_%-])A{20,22}(?!A)[A-Za-z0-9%]{60,110}(?![A-Za-z0-9+/=_-])"
    ),
    shape("oauth:", "[a-z0-9]{30}"),  # Twitch
    shape("pat-(?:na|eu|ap)[0-9]-", UUID),  # HubSpot
    shape("tfp_", r"[A-Za-z0-9_.=-]{40,64}"),  # Typeform
    shape("aio_", WORD + "{28}"),  # Adafruit
    shape("dG9rOj", "[A-Za-z0-9+/_-]{46,60}={0,2}"),  # Intercom
    shape("[12]/[0-9]{13,18}(?:/[0-9]{13,18})?:", HEX + "{32}"),  # Asana
    shape(r"[spt]k\.eyJ1Ijoi", r"[A-Za-z0-9_-]{30,120}\.[A-Za-z0-9_-]{20,24}"),  # Mapbox
    shape(r"sl\.(?:[A-Z]\.|u\.)?", DASHED + "{100,}"),  # Dropbox
    shape("pat[A-Za-z0-9]{14}\\.", HEX + "{64}"),  # Airtable
    shape("lin_(?:api|oauth)_", WORD + "{40,64}"),  # Linear
    shape("secret_|ntn_", WORD + "{43,46}"),  # Notion
    shape("figd_|fig[ou]h?_", DASHED + "{24,44}"),  # Figma
    shape("fio-u-", "[A-Za-z0-9_=-]{64}"),  # Frame.io
    shape("CFPAT-", DASHED + "{43}"),  # Contentful
)
