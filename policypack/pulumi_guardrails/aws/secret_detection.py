"""Tells a password, token or key by the name it goes by, or by its shape. What is looked at is never shown."""

from __future__ import annotations

import re
from itertools import pairwise

_SECRET_WORDS = frozenset(
    {"PASSWORD", "PASSWD", "PASSPHRASE", "PWD", "PASS", "SECRET", "SECRETS", "TOKEN", "CREDENTIAL", "CREDENTIALS"}
    | {"APIKEY", "PRIVATEKEY"}
)
_SECRET_PAIRS = frozenset(
    {("API", "KEY"), ("ACCESS", "KEY"), ("PRIVATE", "KEY"), ("ENCRYPTION", "KEY"), ("AUTH", "DATA")}
    | {("REDIS", "AUTH"), ("BASIC", "AUTH"), ("FERNET", "KEY")}
)

# With further words behind them these speak of the key, such as KMS_MASTER_KEY_ID.
_SECRET_LAST_PAIRS = frozenset(
    (purpose, key) for purpose in ("MASTER", "SIGNING", "JWT", "HMAC", "AUTH", "SESSION") for key in ("KEY", "KEYS")
)

# Words that are as clear at the end of a longer one: PGPASSWORD is libpq's own variable (PostgreSQL documentation,
# "Environment Variables"), which says not to use it. Nothing may follow but a number: SECRETARY and PASSWORDLESS.
_GLUED = re.compile(
    r"(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|CREDENTIAL|(?:API|ACCESS|PRIVATE|SECRET|MASTER|SIGNING|ENCRYPTION)KEY"
    r"|(?:API|AUTH|ACCESS|BEARER|REFRESH)TOKEN)S?[0-9]{0,5}$"
)

# What a name ends with that only says where a secret is, or how it has to be.
_HARMLESS_ENDINGS = frozenset(
    {"ARN", "NAME", "PATH", "FILE", "DIR", "URL", "URI", "ENDPOINT", "HOST", "ISSUER", "AUDIENCE", "LENGTH", "SIZE"}
    | {"TTL", "EXPIRY", "EXPIRATION", "EXPIRES", "TIMEOUT", "LIFETIME", "SECONDS", "MINUTES", "HOURS", "DAYS", "AGE"}
    | {"INTERVAL", "POLICY", "REGION", "PREFIX", "SUFFIX", "ENABLED", "REQUIRED", "TYPE", "ALGORITHM", "VERSION"}
    | {"HEADER", "FIELD", "PARAM", "PARAMETER", "COUNT", "LIMIT", "PORT", "LEVEL", "MILLIS", "CONNECTIONS", "MODE"}
    | {"FORMAT", "PROVIDER", "BACKEND", "STORE", "LABEL", "ROTATION", "SCOPE", "SCOPES", "ROLE", "STAGE"}
)

# The ID of a secret is none. Two are, or go for one: that of an access key, which AWS's own controls look for (Security
# Hub, ECS.8 and CodeBuild.2), and the Secret ID by which an AppRole signs in to HashiCorp Vault.
_SECRET_IDS = re.compile(r"(?:.*_)?ACCESS_KEY_ID|(?:.*_)?(?:VAULT|APPROLE)_(?:.*_)?SECRET_ID")

# Settings that AWS documents, and that hold no secret though they speak of one: those of the Parameters and Secrets
# Lambda extension (AWS Secrets Manager User Guide, "Using AWS Lambda with Secrets Manager secrets"), and where the
# credentials of a container or a web identity are (AWS SDKs and Tools Reference Guide, "Container credential provider",
# "Assume role with web identity").
_HARMLESS_NAMES = re.compile(
    r"PARAMETERS_SECRETS_EXTENSION_\w+|SECRETS_MANAGER_(?:TTL|TIMEOUT_MILLIS)"
    r"|AWS_CONTAINER_CREDENTIALS_(?:FULL|RELATIVE)_URI|AWS_WEB_IDENTITY_TOKEN_FILE"
)

_HARMLESS_VALUES = frozenset(
    {"", "true", "false", "yes", "no", "on", "off", "none", "null", "enabled", "disabled", "required", "optional"}
)

# A switch, a length or a rate: what has at most a thousand values is guessed in no time, and so is no secret.
_SMALL_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:\.[0-9]{1,6})?|\.[0-9]{1,6})")

# A reference that is resolved at run time holds no secret itself, nor does the ARN of a key that never leaves KMS.
_REFERENCE = re.compile(r"arn:[a-z-]+:(secretsmanager|ssm|kms):|\{\{resolve:", re.IGNORECASE)

_SHAPES = re.compile(
    r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])"  # AWS access key id
    r"|-----BEGIN [A-Z ]{0,20}PRIVATE KEY"  # PEM
    r"|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{30,}|\bglpat-[A-Za-z0-9_-]{20,}"  # GitHub, GitLab
    r"|\bxox[abeprs]-[A-Za-z0-9-]{10,}|\b[sr]k_live_[A-Za-z0-9]{16,}|\bAIza[A-Za-z0-9_-]{35}"  # Slack, Stripe, Google
    r"|\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}|\bhvs\.[A-Za-z0-9_-]{20,}|\bnpm_[A-Za-z0-9]{30,}"  # models, Vault, npm
    r"|\bhooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{20,}"  # webhooks: whoever has the URL may post
    r"|\bdiscord(?:app)?\.com/api/webhooks/[0-9]{15,}/[A-Za-z0-9_-]{20,}|\.webhook\.office\.com/webhookb2/[0-9a-f-]{36}"
    r"|\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}|\bSK[0-9a-f]{32}\b|\bkey-[0-9a-f]{32}\b"  # SendGrid, Twilio
    r"|\b[0-9a-f]{32}-us[0-9]{1,2}\b|\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b"  # Mailchimp, Telegram
    r"|\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}|\brubygems_[0-9a-f]{48}\b|\bdckr_pat_[A-Za-z0-9_-]{27}"  # registries
    r"|\bhf_[A-Za-z]{34}\b|\bdapi[0-9a-f]{32}\b|\bdop_v1_[0-9a-f]{64}\b|\bpul-[0-9a-f]{40}\b"  # Hugging Face … Pulumi
    r"|\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b|\bsq0(?:atp|csp)-[A-Za-z0-9_-]{22,}|\brk_live_[A-Za-z0-9]{16,}"  # shops
    r"|\bglsa_[A-Za-z0-9]{32}_[0-9a-f]{8}\b|\bNRAK-[A-Z0-9]{27}\b|\bsntrys_[A-Za-z0-9+/=_-]{40,}"  # Grafana … Sentry
    r"|\bATATT3[A-Za-z0-9_=-]{100,}|\blin_api_[A-Za-z0-9]{40}\b|\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b"  # Atlassian …
    r"|\.atlasv1\.[A-Za-z0-9_=-]{60,}|\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b|\bv1\.0-[0-9a-f]{24}-[0-9a-f]{146}\b"
    r"|\bAccountKey=[A-Za-z0-9+/]{86}=="  # Azure Storage
    r"|\beyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,2000}\."  # JSON web token
    r"|\b[a-z][a-z0-9+.-]{1,30}://[^\s/:@]{0,100}:(?![$%{<])[^\s/@]{1,200}@"  # user and password in a URL
    r"|\b(?i:password|pwd)\s{0,3}=\s{0,3}[^\s;$%{<]",  # a connection string
)
"""Shapes that their makers publish so that scanners can find them.

Those of the rules of gitleaks 8 and detect-secrets 1.5 are among them, as facts; the expressions are our own.
"""

_LONGEST_LOOKED_AT = 100_000


def named_like_a_secret(name: str) -> bool:
    """Whether a variable of this name holds a secret: `DB_PASSWORD` and `PGPASSWORD` do, `SECRET_ARN` does not."""
    words = words_of(name)
    joined = "_".join(words)
    if not words or words[-1] in _HARMLESS_ENDINGS or _HARMLESS_NAMES.fullmatch(joined):
        return False
    if words[-1] in ("ID", "IDS"):
        return _SECRET_IDS.fullmatch(joined) is not None
    return (
        any(word in _SECRET_WORDS or _GLUED.search(word) for word in words)
        or any(pair in _SECRET_PAIRS for pair in pairwise(words))
        or tuple(words[-2:]) in _SECRET_LAST_PAIRS
    )


def words_of(name: str) -> list[str]:
    """The words of a variable's name in capitals, without a number at its end."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name[:500])
    words = [word for word in re.split(r"[^A-Za-z0-9]+", spaced.upper()) if word]
    while words and words[-1].isdigit():
        words.pop()
    return words


def may_hold_a_secret(value: str) -> bool:
    """Whether a value could be one at all: no switch, no small number, and no reference to where the secret is kept."""
    plain = value.strip().lower()
    return plain not in _HARMLESS_VALUES and not _SMALL_NUMBER.fullmatch(plain) and not _REFERENCE.match(value)


def shaped_like_a_secret(value: str) -> bool:
    """Whether a value is one by its shape, whatever its name."""
    return _SHAPES.search(value[:_LONGEST_LOOKED_AT]) is not None


def secret_in_variable(name: str | None, value: str) -> str:
    """Why an environment variable has a secret in clear text, as the end of a sentence; empty where it has none."""
    if shaped_like_a_secret(value):
        return "has a value that looks like a password, token or key"
    if name is not None and named_like_a_secret(name) and may_hold_a_secret(value):
        return "is named like a secret and has its value in clear text"
    return ""
