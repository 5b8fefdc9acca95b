"""A service on loopback that speaks the part of the Pulumi Cloud API that policy packs need.

Paths and bodies are those of `pkg/backend/httpstate/client` and `sdk/go/common/apitype` of the CLI's modules. It keeps
everything in memory, and answers 404 with the path for whatever it does not know, so that a new CLI shows what it asks.
"""

from __future__ import annotations

import gzip
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ORGANIZATION = "acme"
DEFAULT_GROUP = "default-policy-group"


@dataclass
class Version:
    """One version of a policy pack.

    Attributes:
        metadata: What the CLI said of it: its policies, readme, tags and so on.
        archive: The compressed pack.
        complete: Whether the publication was completed.
    """

    metadata: Mapping[str, Any]
    archive: bytes = b""
    complete: bool = False


@dataclass
class Cloud:
    """What the service keeps.

    Attributes:
        url: Its base address.
        packs: By name, each version by its tag, in the order of publication.
        enabled: The packs of the default policy group: the version and the configuration by name.
        exceptions: Pulumi's policy exceptions by pack and id.
        stacks: The names of the stacks, as `project/stack`.
        events: The engine's events of every update, in their order.
        unknown: What was asked that the service does not know.
    """

    url: str = ""
    packs: dict[str, dict[str, Version]] = field(default_factory=dict)
    enabled: dict[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    exceptions: dict[str, dict[str, Any]] = field(default_factory=dict)
    stacks: dict[str, Any] = field(default_factory=dict)
    events: list[Mapping[str, Any]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def latest(self, name: str) -> str:
        """The tag of the newest version of a pack."""
        return next(reversed(self.packs[name]))

    def required(self) -> list[dict[str, Any]]:
        """The packs that a stack of the organisation must pass, as the answer to a new update has them."""
        return [
            {
                "name": name,
                "displayName": self.packs[name][tag].metadata["displayName"],
                "version": list(self.packs[name]).index(tag) + 1,
                "versionTag": tag,
                "packLocation": f"{self.url}/archives/{name}/{tag}",
                "config": config,
                "exceptions": self.exceptions.get(name, {}),
            }
            for name, (tag, config) in self.enabled.items()
        ]


class RefusedError(Exception):
    """A request that the service refuses, with the HTTP status and the message that the CLI shows."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


Body = Any
Answer = Callable[..., Any]

_ROUTES: list[tuple[str, re.Pattern[str], Answer]] = []


def _route(method: str, path: str) -> Callable[[Answer], Answer]:
    """Register a function for a path; what stands in braces is passed by its name."""
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "$")

    def register(answer: Answer) -> Answer:
        _ROUTES.append((method, pattern, answer))
        return answer

    return register


# --- who asks


@_route("GET", "/api/user")
def _user(cloud: Cloud, body: Body) -> Any:
    return {"githubLogin": "tester", "name": "Tester", "organizations": [{"githubLogin": ORGANIZATION, "name": "Acme"}]}


@_route("GET", "/api/user/organizations/default")
def _default_organization(cloud: Cloud, body: Body) -> Any:
    return {"GitHubLogin": ORGANIZATION}


@_route("GET", "/api/capabilities")
def _capabilities(cloud: Cloud, body: Body) -> Any:
    return {"capabilities": []}


# --- policy packs


@_route("POST", "/api/orgs/{org}/policypacks")
def _publish(cloud: Cloud, body: Body, org: str) -> Any:
    versions = cloud.packs.setdefault(body["name"], {})
    tag = body["versionTag"]
    if tag in versions and versions[tag].complete:
        raise RefusedError(409, f"version {tag} of policy pack {body['name']} already exists")
    versions[tag] = Version(body)
    return {
        "version": len(versions),
        "uploadURI": f"{cloud.url}/archives/{body['name']}/{tag}",
        "requiredHeaders": {"x-upload": "pack"},
    }


@_route("PUT", "/archives/{name}/{tag}")
def _upload(cloud: Cloud, body: Body, name: str, tag: str) -> Any:
    cloud.packs[name][tag].archive = body
    return {}


@_route("GET", "/archives/{name}/{tag}")
def _download(cloud: Cloud, body: Body, name: str, tag: str) -> Any:
    return cloud.packs[name][tag].archive


@_route("POST", "/api/orgs/{org}/policypacks/{name}/versions/{tag}/complete")
def _complete_publication(cloud: Cloud, body: Body, org: str, name: str, tag: str) -> Any:
    cloud.packs[name][tag].complete = True
    return {}


@_route("GET", "/api/orgs/{org}/policypacks")
def _list(cloud: Cloud, body: Body, org: str) -> Any:
    return {
        "policyPacks": [
            {
                "name": name,
                "displayName": versions[cloud.latest(name)].metadata["displayName"],
                "versions": [number + 1 for number in range(len(versions))],
                "versionTags": list(versions),
            }
            for name, versions in cloud.packs.items()
        ]
    }


@_route("GET", "/api/orgs/{org}/policypacks/{name}/versions/{tag}")
def _get(cloud: Cloud, body: Body, org: str, name: str, tag: str) -> Any:
    version = _version(cloud, name, tag)
    return {**version.metadata, "version": 1, "applied": name in cloud.enabled}


@_route("GET", "/api/orgs/{org}/policypacks/{name}/versions/{tag}/schema")
def _schema(cloud: Cloud, body: Body, org: str, name: str, tag: str) -> Any:
    policies = _version(cloud, name, tag).metadata["policies"]
    return {"configSchema": {policy["name"]: policy["configSchema"] for policy in policies}}


@_route("DELETE", "/api/orgs/{org}/policypacks/{name}")
def _remove(cloud: Cloud, body: Body, org: str, name: str) -> Any:
    if name in cloud.enabled:
        raise RefusedError(400, f"policy pack {name} is enabled; disable it first")
    del cloud.packs[name]
    return {}


@_route("DELETE", "/api/orgs/{org}/policypacks/{name}/versions/{tag}")
def _remove_version(cloud: Cloud, body: Body, org: str, name: str, tag: str) -> Any:
    if name in cloud.enabled and cloud.enabled[name][0] == tag:
        raise RefusedError(400, f"version {tag} of policy pack {name} is enabled; disable it first")
    del cloud.packs[name][tag]
    return {}


@_route("PATCH", "/api/orgs/{org}/policygroups/{group}")
def _change_group(cloud: Cloud, body: Body, org: str, group: str) -> Any:
    added, removed = body.get("addPolicyPack"), body.get("removePolicyPack")
    if added:
        tag = added.get("versionTag") or cloud.latest(added["name"])
        _version(cloud, added["name"], tag)
        cloud.enabled[added["name"]] = (tag, added.get("config") or {})
    if removed:
        if removed["name"] not in cloud.enabled:
            raise RefusedError(404, f"policy pack {removed['name']} is not enabled in {group}")
        del cloud.enabled[removed["name"]]
    return {}


@_route("GET", "/api/orgs/{org}/policygroups/{group}")
def _group(cloud: Cloud, body: Body, org: str, group: str) -> Any:
    packs = [
        {
            "name": name,
            "displayName": cloud.packs[name][tag].metadata["displayName"],
            "version": list(cloud.packs[name]).index(tag) + 1,
            "versionTag": tag,
            "config": config,
        }
        for name, (tag, config) in cloud.enabled.items()
    ]
    return {
        "name": group,
        "isOrgDefault": True,
        "entityType": "stacks",
        "mode": "preventative",
        "stacks": [],
        "accounts": [],
        "appliedPolicyPacks": packs,
    }


def _version(cloud: Cloud, name: str, tag: str) -> Version:
    try:
        return cloud.packs[name][cloud.latest(name) if tag == "latest" else tag]
    except KeyError:
        raise RefusedError(404, f"there is no version {tag} of policy pack {name}") from None


# --- stacks and updates


@_route("HEAD", "/api/stacks/{org}/{project}")
def _project(cloud: Cloud, body: Body, org: str, project: str) -> Any:
    return {}


@_route("POST", "/api/stacks/{org}/{project}")
def _create(cloud: Cloud, body: Body, org: str, project: str) -> Any:
    cloud.stacks[f"{project}/{body['stackName']}"] = None
    return {}


@_route("GET", "/api/stacks/{org}/{project}/{stack}")
def _stack(cloud: Cloud, body: Body, org: str, project: str, stack: str) -> Any:
    if f"{project}/{stack}" not in cloud.stacks:
        raise RefusedError(404, "Stack not found")
    return {"orgName": org, "projectName": project, "stackName": stack, "activeUpdate": "", "tags": {}, "version": 0}


@_route("GET", "/api/stacks/{org}/{project}/{stack}/export")
def _export(cloud: Cloud, body: Body, org: str, project: str, stack: str) -> Any:
    return {"version": 3, "deployment": cloud.stacks[f"{project}/{stack}"]}


@_route("POST", "/api/stacks/{org}/{project}/{stack}/encrypt")
def _encrypt(cloud: Cloud, body: Body, org: str, project: str, stack: str) -> Any:
    return {"ciphertext": body["plaintext"]}


@_route("POST", "/api/stacks/{org}/{project}/{stack}/batch-encrypt")
def _encrypt_all(cloud: Cloud, body: Body, org: str, project: str, stack: str) -> Any:
    return {"ciphertexts": body["plaintexts"]}


@_route("POST", "/api/stacks/{org}/{project}/{stack}/decrypt")
def _decrypt(cloud: Cloud, body: Body, org: str, project: str, stack: str) -> Any:
    return {"plaintext": body["ciphertext"]}


@_route("POST", "/api/stacks/{org}/{project}/{stack}/batch-decrypt")
def _decrypt_all(cloud: Cloud, body: Body, org: str, project: str, stack: str) -> Any:
    return {"plaintexts": {text: text for text in body["ciphertexts"]}}


@_route("POST", "/api/stacks/{org}/{project}/{stack}/(?P<kind>preview|update)")
def _new_update(cloud: Cloud, body: Body, org: str, project: str, stack: str, kind: str) -> Any:
    return {"updateID": f"{kind}-1", "requiredPolicies": cloud.required()}


@_route("POST", "/api/stacks/{org}/{project}/{stack}/update/{update}")
def _start(cloud: Cloud, body: Body, org: str, project: str, stack: str, update: str) -> Any:
    return {"version": 1, "token": "update-token", "journalVersion": 0}


@_route("(PATCH|POST)", "/api/stacks/{org}/{project}/{stack}/update/{update}/(checkpoint|checkpointverbatim)")
def _checkpoint(cloud: Cloud, body: Body, org: str, project: str, stack: str, update: str) -> Any:
    deployment = body.get("deployment") or body.get("untypedDeployment")
    if isinstance(deployment, Mapping) and "deployment" in deployment:
        deployment = deployment["deployment"]
    cloud.stacks[f"{project}/{stack}"] = deployment
    return {}


@_route("POST", "/api/stacks/{org}/{project}/{stack}/update/{update}/events/batch")
def _events(cloud: Cloud, body: Body, org: str, project: str, stack: str, update: str) -> Any:
    cloud.events.extend(body["events"])
    return {}


@_route("POST", "/api/stacks/{org}/{project}/{stack}/update/{update}/renew_lease")
def _renew(cloud: Cloud, body: Body, org: str, project: str, stack: str, update: str) -> Any:
    return {"token": "update-token"}


@_route("POST", "/api/stacks/{org}/{project}/{stack}/update/{update}/complete")
def _complete(cloud: Cloud, body: Body, org: str, project: str, stack: str, update: str) -> Any:
    return {}


# --- the server


def _handler(cloud: Cloud) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.partition("?")[0]
            is_archive = path.startswith("/archives/")
            if self.headers.get("Content-Encoding") == "gzip":
                raw = gzip.decompress(raw)
            status, answer = 200, None
            for method, pattern, function in _ROUTES:
                match = pattern.match(path)
                if match and re.fullmatch(method, self.command):
                    try:
                        with cloud.lock:
                            body = raw if is_archive else json.loads(raw or b"{}")
                            answer = function(cloud, body, **match.groupdict())
                    except RefusedError as refused:
                        status, answer = refused.status, {"code": refused.status, "message": refused.message}
                    break
            else:
                cloud.unknown.append(f"{self.command} {path}")
                status, answer = 404, {"code": 404, "message": f"the service of the tests has no {self.command} {path}"}
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/octet-stream" if is_archive else "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _answer  # noqa: N815 - the names of the base class

        def handle(self) -> None:
            """Answer until the CLI, which keeps its connections open, ends and takes them with it."""
            with suppress(ConnectionError):
                super().handle()

        def log_message(self, format: str, *args: Any) -> None:
            """Print nothing: a request that fails shows in the CLI's own output."""

    return Handler


@contextmanager
def running() -> Iterator[Cloud]:
    """The service on a free loopback port, until the block ends."""
    cloud = Cloud()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(cloud))
    cloud.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield cloud
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
