"""What runs in a task: the configured image, or a placeholder that answers until there is one.

The definition is a string known at preview in every configuration, since policies read it: nothing in it is an output.
"""

from __future__ import annotations

import json
import shlex
from typing import Any

from .firewall import CONTAINER_PORT
from .listeners import HEALTH_PATH
from .names import Names

PLACEHOLDER_IMAGE = "public.ecr.aws/nginx/nginx-unprivileged:1.27-alpine"
# The user and group `nginx` of the placeholder image.
PLACEHOLDER_USER = "101:101"

SCRATCH_VOLUME = "scratch"
SCRATCH_PATH = "/tmp"  # noqa: S108 - a path in the container

# Shared memory: the one place of a Fargate container that is writable for every user while the root file system is
# read-only. A volume belongs to root, and tmpfs mounts came to Fargate only in 2026: none is relied on.
# Source: Amazon ECS Developer Guide, "Use bind mounts with Amazon ECS", and "LinuxParameters" of its API Reference.
_MEMORY = "/dev/shm"  # noqa: S108 - a path in the container

_NGINX_CONFIGURATION = f"""
pid {_MEMORY}/nginx.pid;
error_log stderr notice;
events {{}}
http {{
  client_body_temp_path {_MEMORY}/client;
  proxy_temp_path {_MEMORY}/proxy;
  fastcgi_temp_path {_MEMORY}/fastcgi;
  uwsgi_temp_path {_MEMORY}/uwsgi;
  scgi_temp_path {_MEMORY}/scgi;
  access_log /dev/stdout;
  default_type application/json;
  server_tokens off;
  server {{
    listen {CONTAINER_PORT};
    location = {HEALTH_PATH} {{ access_log off; return 200 "{{\\"status\\": \\"ok\\"}}"; }}
    location / {{ return 200 "{{\\"message\\": \\"The ML API is not deployed yet.\\"}}"; }}
  }}
}}
"""

CONTAINER_NAME = "api"


def image_of(container_image: str | None) -> str:
    """The image that runs."""
    return container_image or PLACEHOLDER_IMAGE


def container_definitions(names: Names, container_image: str | None, *, password_is_ours: bool) -> str:
    """The JSON of the task's one container. ``password_is_ours`` tells the database password's two ways apart."""
    container: dict[str, Any] = {
        "name": CONTAINER_NAME,
        "image": image_of(container_image),
        "essential": True,
        "privileged": False,
        "readonlyRootFilesystem": True,
        "portMappings": [{"containerPort": CONTAINER_PORT, "hostPort": CONTAINER_PORT, "protocol": "tcp"}],
        "environment": [
            {"name": "AWS_REGION", "value": names.region},
            {"name": "ENVIRONMENT", "value": names.environment},
            {"name": "PORT", "value": str(CONTAINER_PORT)},
            {"name": "SESSION_TABLE", "value": names.session_table},
        ],
        "secrets": _secrets(names, password_is_ours),
        "linuxParameters": {"initProcessEnabled": True},
        # An image that runs as another user than root declares its /tmp as a VOLUME, or it finds this one not writable.
        "mountPoints": [{"sourceVolume": SCRATCH_VOLUME, "containerPath": SCRATCH_PATH, "readOnly": False}],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": names.service_log_group,
                "awslogs-region": names.region,
                "awslogs-stream-prefix": CONTAINER_NAME,
            },
        },
    }
    if container_image is None:
        container |= {
            "user": PLACEHOLDER_USER,
            "entryPoint": ["sh", "-c"],
            "command": [_placeholder_command()],
        }
    return json.dumps([container])


def _secrets(names: Names, password_is_ours: bool) -> list[dict[str, str]]:
    """The database connection, one variable a key of the connection secret.

    The secret is named by its ARN without the random end, which ECS resolves. A password that Aurora manages is not
    among them: it changes every seven days, and a running container would keep the old one. The container gets that
    secret's ARN instead; its task role may not read it until the owner of the code decides that it has to.
    """
    keys = {"DB_HOST": "host", "DB_PORT": "port", "DB_NAME": "dbname", "DB_USER": "username"}
    keys |= {"DB_PASSWORD": "password"} if password_is_ours else {"DB_SECRET_ARN": "managed_secret_arn"}
    return [{"name": name, "valueFrom": f"{names.database_secret_arn}:{key}::"} for name, key in keys.items()]


def _placeholder_command() -> str:
    """Writes nginx's configuration to memory and becomes nginx."""
    configuration = f"{_MEMORY}/nginx.conf"
    return (
        f"printf '%s' {shlex.quote(_NGINX_CONFIGURATION)} > {configuration} "
        f"&& exec nginx -e stderr -c {configuration} -g 'daemon off;'"
    )
