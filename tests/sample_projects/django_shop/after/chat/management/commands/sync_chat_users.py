from django.core.management.base import BaseCommand
from getstream.models import UserRequest

from chat.client import stream_client
from chat.fakes import FakeChat


class Command(BaseCommand):
    help = "Copy the users of the shop to the chat."

    def add_arguments(self, parser):
        parser.add_argument("names", nargs="+")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args, **options):
        if options["dry_run"]:
            FakeChat(self.stdout).upsert_users([{"id": name} for name in options["names"]])
            return
        stream_client.upsert_users(
            *[UserRequest(id=name, name=name, role="user", custom={"origin": "shop"}) for name in options["names"]],
        )
        self.stdout.write(f"{len(options['names'])} users sent")
