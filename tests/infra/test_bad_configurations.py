"""Forty bad configurations, by kind: each is one sentence that names the key and what is expected.

`tests/engine/test_bad_configurations.py` has a sample of each kind on the real engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from ml_api.settings import SettingsError, Source, parse
from tests.infra.program import CERTIFICATE, PASSWORD


@dataclass(frozen=True)
class Bad:
    """A configuration with one thing wrong.

    Attributes:
        kind: What is wrong.
        values: The configuration; a key without a namespace is the project's.
        named: The key that the sentence begins with.
        said: A part of the sentence.
        secrets: Which of the keys are secrets.
        environment: The environment variables.
        hidden: What the sentence must not show.
    """

    kind: str
    values: Mapping[str, str]
    named: str
    said: str = "expected"
    secrets: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    hidden: str | None = None


ZONE = {"hosted_zone_id": "Z0123456789EXAMPLE00"}
ELSEWHERE = CERTIFICATE.replace("us-east-1", "eu-west-1")

BAD = (
    Bad("capitals in a suffix", {"environment_suffix": "Prod"}, "ml-api:environment_suffix"),
    Bad("too long a suffix", {"environment_suffix": "a" * 23}, "ml-api:environment_suffix", "1 to 22"),
    Bad("a suffix that ends in a hyphen", {"environment_suffix": "blue-"}, "ml-api:environment_suffix"),
    Bad("an empty suffix", {"environment_suffix": ""}, "ml-api:environment_suffix"),
    Bad("a region that is none", {"aws:region": "mars-1"}, "aws:region", "us-west-2"),
    Bad("a region of another partition", {"aws:region": "cn-north-1"}, "aws:region"),
    Bad("a region of the environment", {}, "aws:region", "AWS_REGION", environment={"AWS_REGION": "us-east-9"}),
    Bad("a tag that AWS reserves", {"team": "aws:data"}, "ml-api:team", "not beginning with aws: or rds:"),
    Bad("a tag that AWS reserves, in capitals", {"repository": "AWS:data"}, "ml-api:repository", "not beginning"),
    Bad("a tag that RDS reserves", {"team": "rds:data"}, "ml-api:team", "not beginning"),
    Bad("a tag with an illegal character", {"team": "search&rescue"}, "ml-api:team"),
    Bad("too long a tag", {"repository": "x" * 257}, "ml-api:repository", "1 to 256"),
    Bad("a blank tag", {"team": "  "}, "ml-api:team"),
    Bad("a tag of the environment", {}, "ml-api:team", "variable TEAM", environment={"TEAM": "a;b"}),
    Bad("a password in clear text", {"db_password": PASSWORD}, "ml-api:db_password", "--secret", hidden=PASSWORD),
    Bad(
        "a weak password", {"db_password": "hunter2"}, "ml-api:db_password", secrets=("db_password",), hidden="hunter2"
    ),
    Bad(
        "a password that Aurora refuses",
        {"db_password": "Correct/Horse/9"},
        "ml-api:db_password",
        secrets=("db_password",),
        hidden="Horse",
    ),
    Bad("an image without a tag", {"container_image": "nginx"}, "ml-api:container_image", "a tag or a digest"),
    Bad("too long an image", {"container_image": "a" * 5000 + ":1"}, "ml-api:container_image", "at most 255"),
    Bad("an image that is a URL", {"container_image": "https://example.com/api:1"}, "ml-api:container_image"),
    Bad("an image at no port", {"container_image": "example.com:70000/api:1"}, "ml-api:container_image"),
    Bad("a certificate that is none", {"alb_certificate_arn": "arn:aws:acm"}, "ml-api:alb_certificate_arn"),
    Bad(
        "a certificate of another region",
        {"alb_certificate_arn": ELSEWHERE},
        "ml-api:alb_certificate_arn",
        "in us-east-1",
    ),
    Bad(
        "a certificate for CloudFront elsewhere",
        {"domain_name": "api.example.com", **ZONE, "cloudfront_certificate_arn": ELSEWHERE},
        "ml-api:cloudfront_certificate_arn",
        "in us-east-1",
    ),
    Bad(
        "a certificate without a domain",
        {"cloudfront_certificate_arn": CERTIFICATE},
        "ml-api:cloudfront_certificate_arn",
    ),
    Bad("a domain without its zone", {"domain_name": "api.example.com"}, "ml-api:domain_name", "hosted_zone_id"),
    Bad("a zone without a domain", ZONE, "ml-api:hosted_zone_id", "ml-api:domain_name"),
    Bad("a wildcard domain", {"domain_name": "*.example.com", **ZONE}, "ml-api:domain_name"),
    Bad("a domain of Amazon's", {"domain_name": "x.cloudfront.net", **ZONE}, "ml-api:domain_name", "of your own"),
    Bad(
        "a zone that is none",
        {"domain_name": "a.example.com", "hosted_zone_id": "/hostedzone/Z1"},
        "ml-api:hosted_zone_id",
    ),
    Bad("a switch that is none", {"protect": "yes"}, "ml-api:protect", "true or false"),
    Bad("a version too old", {"aurora_engine_version": "14.9"}, "ml-api:aurora_engine_version", "15 or later"),
    Bad("a version far off", {"aurora_engine_version": "99.9"}, "ml-api:aurora_engine_version", "15 or later"),
    Bad(
        "a version that was passed over",
        {"aurora_engine_version": "16.5"},
        "ml-api:aurora_engine_version",
        "16.4, 16.6",
    ),
    Bad("a misspelt key", {"protct": "true"}, "ml-api:protct", "did you mean ml-api:protect?"),
    Bad("a wrong namespace", {"mlapi:protect": "true"}, "mlapi:protect", "is not a key of this project"),
    Bad("a namespace of Pulumi's", {"pulumi:protect": "true"}, "pulumi:protect", "is not a key of this project"),
    Bad("a misspelt key of the provider", {"aws:profil": "work"}, "aws:profil", "not a key of the AWS provider"),
    Bad("a list that is no JSON", {"aws:assumeRoles": "[{"}, "aws:assumeRoles", "a list or a map as JSON"),
    Bad(
        "a default tag that AWS reserves",
        {"aws:defaultTags": '{"tags": {"aws:x": "y"}}'},
        "aws:defaultTags",
        "map of tags",
    ),
    Bad("a secret that would not stay one", {"team": "search"}, "ml-api:team", "--plaintext", secrets=("team",)),
    Bad(
        "a bad value that is a secret",
        {"aws:assumeRoles": "[hunter2"},
        "aws:assumeRoles",
        secrets=("aws:assumeRoles",),
        hidden="hunter2",
    ),
)


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.kind)
def test_it_is_one_sentence_that_names_the_key_and_what_is_expected(bad: Bad) -> None:
    def full(key: str) -> str:
        return key if ":" in key else f"ml-api:{key}"

    configuration = {full(key): value for key, value in bad.values.items()}
    secrets = {full(key) for key in bad.secrets}
    with pytest.raises(SettingsError) as stopped:
        parse(Source("ml-api", "dev", configuration, secrets, bad.environment))
    (sentence,) = str(stopped.value).splitlines()
    assert sentence.startswith(f"{bad.named} ")
    assert sentence.endswith(".")
    assert "expected" in sentence
    assert bad.said in sentence
    assert bad.hidden is None or bad.hidden not in sentence
    assert len(sentence) < 1000


def test_there_are_forty_of_them_and_each_is_another_kind() -> None:
    assert len({bad.kind for bad in BAD}) == len(BAD) >= 40
