"""The library of tenant acme by the authoring API: uploads by form, assets and sets, as the administrator."""
from __future__ import annotations

import dataclasses
import json
import secrets
from typing import Any

import pictures
import schema
import vitrine
from vitrine import equal, holds


def form(files: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """Content type and body of a form with files."""
    boundary = secrets.token_hex(12)
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
             f'Content-Type: application/octet-stream\r\n\r\n'.encode() + content + b'\r\n' for name, content in files]
    return f'multipart/form-data; boundary={boundary}', b''.join(parts) + f'--{boundary}--\r\n'.encode()


@dataclasses.dataclass
class Library:
    workspace: vitrine.Workspace
    server: vitrine.Server
    ben: str  # a producer's token

    def ask(self, path: str, method: str = 'GET', body: Any = None, token: str = '', **headers: str) -> vitrine.Reply:
        raw = json.dumps(body).encode() if body is not None else b'' if method != 'GET' else None
        return self.server.request(f'/api/v1/acme/{path}', method, raw,
                                   Authorization=f'Bearer {token or self.workspace.token}', **headers)

    def told(self, form_name: str, path: str, method: str = 'GET', body: Any = None, **headers: str) -> Any:
        reply = self.ask(path, method, body, **headers)
        equal(reply.status, 200, f'{method} {path}: {reply.body!r}')
        schema.check(reply.json(), form_name)
        return reply.json()

    def refused(self, code: str, path: str, method: str = 'GET', body: Any = None, token: str = '',
                **headers: str) -> None:
        reply = self.ask(path, method, body, token, **headers)
        holds(400 <= reply.status < 500 and reply.json()['code'] == code, f'{path}: {reply.status} {reply.body!r}')

    def upload(self, files: list[tuple[str, bytes]], query: str = '') -> list[Any]:
        kind, body = form(files)
        reply = self.server.request(f'/api/v1/acme/assets?{query}', 'POST', body, Content_Type=kind,
                                    Authorization=f'Bearer {self.workspace.token}')
        equal(reply.status, 200, repr(reply.body))
        schema.check(reply.json(), 'UploadedAssets')
        return list(reply.json()['files'])

    def picture(self, colour: pictures.Colour) -> bytes:
        path = self.workspace.media / 'drawn.png'
        pictures.draw(path, 40, 20, colour)
        return path.read_bytes()

    def names(self, query: str) -> list[str]:
        return [row['name'] for row in self.told('AssetList', f'assets?{query}')['assets']]
