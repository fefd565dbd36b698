"""The jobs of a running node that must not hold up its messages."""

import asyncio
import threading

from exchange_pair import text

from equipoise.exchange.node import party_files, service


def test_no_message_waits_for_the_seal_to_be_synced(pair, tmp_path, monkeypatch):
    """A disk that hangs in the sync of the seal: the loop goes on, and the seal is kept once the disk answers."""
    begun, answers, write = threading.Event(), threading.Event(), party_files.write_durably

    def hanging(path, data):
        begun.set()
        assert answers.wait(20.0)
        write(path, data)

    monkeypatch.setattr(party_files, "write_durably", hanging)

    async def play():
        job = asyncio.create_task(service._seals(pair.a, tmp_path))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        assert pair.a.ingest(text("while the disk hangs"))
        assert not (tmp_path / party_files.SEAL).exists()
        answers.set()
        while not (tmp_path / party_files.SEAL).exists():
            await asyncio.sleep(0.001)
        job.cancel()

    asyncio.run(asyncio.wait_for(play(), 30.0))
