"""smtpd -- an SMTP server on the loopback for tests (needs aiosmtpd).

    smtpd.py FOLDER [--cert FILE --key FILE] [--user USER --password PASSWORD]

Listens on a free port, or again on the one of the run before, and writes it to
FOLDER/port.  Each accepted mail becomes FOLDER/N.mail: lines "from ADDRESS",
"to ADDRESS", "tls yes|no", "user NAME", an empty line, the message as received.
With a certificate STARTTLS is needed, with a user a login.  Addresses in
FOLDER/refuse are refused as recipients; FOLDER/reject refuses every message
with its first line; while there is FOLDER/silent, a message is accepted but the
client not told.  What clients did stands in FOLDER/events.
"""
import argparse
import asyncio
import os
import signal
import ssl

from aiosmtpd.smtp import SMTP, AuthResult

parser = argparse.ArgumentParser()
parser.add_argument('folder')
for name in ('cert', 'key', 'user', 'password'):
    parser.add_argument('--' + name)
args = parser.parse_args()


def lines_of(name):
    try:
        with open(os.path.join(args.folder, name), encoding='ascii') as f:
            return f.read().splitlines()
    except FileNotFoundError:
        return []


def write(name, data):
    path = os.path.join(args.folder, name)
    with open(path + '.new', 'wb') as f:
        f.write(data)
    os.rename(path + '.new', path)


def note(event):
    with open(os.path.join(args.folder, 'events'), 'a', encoding='utf-8') as f:
        f.write(event + '\n')


class Handler:
    def __init__(self):
        self.count = sum(n.endswith('.mail') for n in os.listdir(args.folder))

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in lines_of('refuse'):
            note('refused ' + address)
            return '550 5.1.1 <%s> is not known here' % address
        envelope.rcpt_tos.append(address)
        return '250 OK'

    async def handle_DATA(self, server, session, envelope):
        reject = lines_of('reject')
        if reject:
            note('rejected')
            return reject[0]
        user = session.auth_data.decode() if session.auth_data else ''
        head = ['from ' + envelope.mail_from]
        head += ['to ' + address for address in envelope.rcpt_tos]
        head += ['tls ' + ('yes' if session.ssl else 'no'), 'user ' + user]
        self.count += 1
        text = '\r\n'.join(head) + '\r\n\r\n'
        write('%d.mail' % self.count, text.encode() + envelope.original_content)
        note('accepted')
        while os.path.exists(os.path.join(args.folder, 'silent')):
            await asyncio.sleep(0.01)
        return '250 OK'


def authenticate(server, session, envelope, mechanism, data):
    good = (data.login.decode(), data.password.decode()) == (
        args.user, args.password)
    note('login ' + ('good' if good else 'bad'))
    if good:
        return AuthResult(success=True, auth_data=data.login)
    return AuthResult(success=False, handled=False,
                      message='535 5.7.8 wrong: ' + data.password.decode())


options = {}
if args.cert:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(args.cert, args.key)
    options.update(tls_context=context, require_starttls=True)
if args.user:
    options.update(authenticator=authenticate, auth_required=True,
                   auth_require_tls=bool(args.cert))
port = int((lines_of('port') or ['0'])[0])



async def serve():
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, done.set)
    handler = Handler()
    server = await loop.create_server(
        lambda: SMTP(handler, **options), '127.0.0.1', port)
    write('port', b'%d\n' % server.sockets[0].getsockname()[1])
    write('ready', b'')
    await done.wait()
    server.close()


asyncio.run(serve())
