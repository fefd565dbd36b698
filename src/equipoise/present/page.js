// The interactive map: one canvas, three switches, click or arrow keys to ask a cell why.
(() => {
  const d = JSON.parse(document.getElementById("map-data").textContent);
  const canvas = document.getElementById("map"), ctx = canvas.getContext("2d"), out = document.getElementById("why");
  const bytes = (t) => Uint8Array.from(atob(t), (c) => c.charCodeAt(0));
  const pick = {};
  let cell = null;
  for (const axis of ["phase", "mode", "threat"]) {
    const s = document.getElementById("pick-" + axis);
    d[axis].forEach((v) => s.add(new Option(v, v)));
    s.selectedIndex = axis === "phase" ? d.phase.length - 1 : axis === "threat" ? d.threat.length - 1 : 0;
    s.onchange = draw;
    pick[axis] = s;
  }
  const cos = Math.cos(((d.south + d.north) / 2) * Math.PI / 180);
  function layer() { return d.layers[["phase", "mode", "threat"].map((a) => pick[a].value).join("|")]; }
  function draw() {
    const w = canvas.parentElement.clientWidth, k = w / ((d.east - d.west) * cos), h = (d.north - d.south) * k;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = w * ratio; canvas.height = h * ratio; canvas.style.height = h + "px";
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const X = (lon) => (lon - d.west) * k * cos, Y = (lat) => (d.north - lat) * k;
    const L = layer(), shots = bytes(L.shots), reason = bytes(L.reason);
    for (let i = 0; i < d.ny; i++) for (let j = 0; j < d.nx; j++) {
      const n = i * d.nx + j;
      ctx.fillStyle = shots[n] ? d.shotColours[Math.min(shots[n], 3)] : d.reasonColours[reason[n]] || "#fff";
      ctx.fillRect(X(d.west + j * d.step), Y(d.south + (i + 1) * d.step), d.step * k * cos + 0.6, d.step * k + 0.6);
    }
    ctx.strokeStyle = "#333"; ctx.lineWidth = 0.8; ctx.beginPath();
    for (const line of d.borders) line.forEach((p, i) => (i ? ctx.lineTo(X(p[0]), Y(p[1])) : ctx.moveTo(X(p[0]), Y(p[1]))));
    ctx.stroke();
    ctx.font = "12px sans-serif";
    for (const p of d.places.filter((p) => p.phases.includes(pick.phase.value))) {
      ctx.fillStyle = p.kind === "radar" ? "#000" : "#b33c00";
      ctx.fillRect(X(p.lon) - 4, Y(p.lat) - 4, 8, 8);
      ctx.textAlign = X(p.lon) > 0.7 * w ? "right" : "left";
      ctx.strokeStyle = "#fff"; ctx.lineWidth = 3; ctx.strokeText(p.name, X(p.lon) + (ctx.textAlign === "left" ? 7 : -7), Y(p.lat) + 4);
      ctx.fillText(p.name, X(p.lon) + (ctx.textAlign === "left" ? 7 : -7), Y(p.lat) + 4);
    }
    if (cell) {
      ctx.strokeStyle = "#000"; ctx.lineWidth = 2;
      ctx.strokeRect(X(d.west + cell[1] * d.step), Y(d.south + (cell[0] + 1) * d.step), d.step * k * cos, d.step * k);
      explain(shots, reason, L);
    }
  }
  function explain(shots, reason, L) {
    const n = cell[0] * d.nx + cell[1], slack = new Int16Array(bytes(L.slack).buffer)[n], site = bytes(L.site)[n];
    const place = `${(d.south + (cell[0] + 0.5) * d.step).toFixed(1)}° N, ${(d.west + (cell[1] + 0.5) * d.step).toFixed(1)}° E`;
    const time = slack === -32768 ? "" : slack >= 0 ? ` Time to spare: ${slack} s.` : ` Too late by ${-slack} s.`;
    out.textContent = `${place}: ${d.sentences[reason[n]]} Shots: ${shots[n]}.${time}${site < d.sites.length ? ` Site: ${d.sites[site]}.` : ""}`;
  }
  canvas.onclick = (e) => {
    const r = canvas.getBoundingClientRect();
    cell = [d.ny - 1 - Math.floor(((e.clientY - r.top) / r.height) * d.ny), Math.floor(((e.clientX - r.left) / r.width) * d.nx)];
    draw();
  };
  canvas.onkeydown = (e) => {
    const move = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[e.key];
    if (!move) return;
    e.preventDefault();
    cell = cell || [d.ny >> 1, d.nx >> 1];
    cell = [Math.max(0, Math.min(d.ny - 1, cell[0] + move[0])), Math.max(0, Math.min(d.nx - 1, cell[1] + move[1]))];
    draw();
  };
  window.addEventListener("resize", draw);
  draw();
})();
