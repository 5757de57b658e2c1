"""A mail server for tests: keeps what it is sent, and refuses as often as it is told to."""
from __future__ import annotations

import dataclasses
import email
import email.header
import email.message
import socketserver
import threading


@dataclasses.dataclass
class Taken:
    """A message as it arrived."""
    sender: str
    to: list[str]
    message: email.message.Message

    def subject(self) -> str:
        return str(email.header.make_header(email.header.decode_header(str(self.message['Subject']))))

    def text(self) -> str:
        body = self.message.get_payload(decode=True)
        return body.decode() if isinstance(body, bytes) else ''


class Session(socketserver.StreamRequestHandler):
    """One connection: HELO, MAIL, RCPT, DATA, RSET, NOOP, QUIT of RFC 5321."""
    server: Smtp

    def say(self, line: str) -> None:
        self.wfile.write(f'{line}\r\n'.encode())

    def read_data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b'.\r\n', b''):
            lines.append(line[1:] if line.startswith(b'.') else line)
        return b''.join(lines)

    def take(self, sender: str, to: list[str]) -> None:
        self.say('354 go on')
        message = email.message_from_bytes(self.read_data())
        self.server.keep(Taken(sender, to, message))
        self.say('250 kept')

    def handle(self) -> None:
        sender, to = '', []  # type: str, list[str]
        self.say('220 test')
        while line := self.rfile.readline().decode().rstrip('\r\n'):
            verb = line.upper()
            self.server.lines.append(line)
            if verb.startswith('QUIT'):
                self.say('221 bye')
                return
            if verb.startswith('MAIL FROM:') and self.server.refuses():
                self.say('451 not now')
            elif verb.startswith('MAIL FROM:'):
                sender, to = line[10:].split('>')[0].strip(' <'), []
                self.say('250 ok')
            elif verb.startswith('RCPT TO:'):
                to.append(line[8:].strip(' <>'))
                self.say('250 ok')
            elif verb == 'DATA':
                self.take(sender, to)
            else:
                self.say('250 ok')


class Smtp(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine, in a thread of its own."""
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(('127.0.0.1', 0), Session)
        self.lock = threading.Lock()
        self.taken: list[Taken] = []
        self.lines: list[str] = []
        self.n_refused = 0  # messages still to be refused for a time
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f'smtp://127.0.0.1:{self.server_address[1]}'

    def refuses(self) -> bool:
        with self.lock:
            self.n_refused -= 1
            return self.n_refused >= 0

    def keep(self, taken: Taken) -> None:
        with self.lock:
            self.taken.append(taken)

    def close(self) -> None:
        self.shutdown()
        self.server_close()
