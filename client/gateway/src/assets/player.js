"use strict";

// Says why the item does not play: the gateway's own reason where it gives one.
const player = document.querySelector("[data-player]");
const notice = document.getElementById("notice");

function show(text) {
	notice.textContent = text;
	notice.hidden = false;
}

async function explain() {
	try {
		const headers = { Range: "bytes=0-0" };
		const answer = await fetch(player.currentSrc || player.src, { headers, cache: "no-store" });
		if (!answer.ok) {
			show((await answer.json()).message);
			return;
		}
		await answer.arrayBuffer();
		show("Playback broke off. Reload the page to try again; if it fails at once, your browser " +
			"cannot play this format: open the address below in another player, such as VLC.");
	} catch {
		show("The gateway cannot be reached. Check the connection and reload the page.");
	}
}

if (player) {
	player.addEventListener("error", explain);
	const hasFailed = player instanceof HTMLImageElement
		? player.complete && player.naturalWidth === 0
		: player.error !== null;
	if (hasFailed) {
		explain();
	}
}
