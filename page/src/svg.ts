// What is drawn on a canvas, written as SVG instead: the part of a canvas's own language that the maps use. It sets no inline
// style, which the page's policy forbids.

const f = (v: number) => String(Math.round(v * 10) / 10);
const fine = (v: number) => String(Math.round(v * 1000) / 1000);
const quoted = (text: string) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]!);
const ANCHOR: Record<string, string> = { center: "middle", end: "end", right: "end" };

export class SvgContext {
  fillStyle = "#000";
  strokeStyle = "#000";
  lineWidth = 1;
  lineJoin = "miter";
  lineCap = "butt";
  globalAlpha = 1;
  font = "10px sans-serif";
  textAlign = "start";
  private readonly ruler = document.createElement("canvas").getContext("2d")!;
  private readonly parts: string[] = [];
  private path = "";
  private dash: number[] = [];
  private shift: [number, number] = [0, 0];
  private readonly saved: { shift: [number, number]; clips: number }[] = [];
  private clips = 0;
  private clipped = 0;

  constructor(private readonly width: number, private readonly height: number) {}

  save(): void {
    this.saved.push({ shift: this.shift, clips: this.clips });
  }

  restore(): void {
    const { shift, clips } = this.saved.pop() ?? { shift: [0, 0], clips: 0 };
    for (; this.clips > clips; this.clips--) this.put("</g>");
    this.shift = shift;
  }

  /** Keep what is drawn until the next ``restore`` within the path. */
  clip(): void {
    const id = `clip-${++this.clipped}`;
    this.put(`<clipPath id="${id}"><path d="${this.path}"/></clipPath><g clip-path="url(#${id})">`);
    this.clips++;
  }

  translate(x: number, y: number): void {
    this.shift = [this.shift[0] + x, this.shift[1] + y];
  }

  setLineDash(dash: number[]): void {
    this.dash = dash;
  }

  beginPath(): void {
    this.path = "";
  }

  moveTo(x: number, y: number): void {
    this.path += `M${this.at(x, y)}`;
  }

  lineTo(x: number, y: number): void {
    this.path += `${this.path ? "L" : "M"}${this.at(x, y)}`;
  }

  closePath(): void {
    if (this.path) this.path += "Z";
  }

  rect(x: number, y: number, w: number, h: number): void {
    this.path += `M${this.at(x, y)}H${f(x + w + this.shift[0])}V${f(y + h + this.shift[1])}H${f(x + this.shift[0])}Z`;
  }

  /** An arc, or the whole circle where it goes around. */
  arc(x: number, y: number, r: number, from: number, to: number): void {
    const on = (angle: number) => `${fine(x + r * Math.cos(angle) + this.shift[0])} ${fine(y + r * Math.sin(angle) + this.shift[1])}`;
    const whole = to - from >= 2 * Math.PI, half = from + (whole ? Math.PI : (to - from) / 2);
    const step = (angle: number) => `A${fine(r)} ${fine(r)} 0 0 1 ${on(angle)}`;
    this.path += `${this.path && !whole ? "L" : "M"}${on(from)}${step(half)}${step(whole ? from : to)}`;
  }

  fill(rule = "nonzero"): void {
    this.put(`<path d="${this.path}" fill="${this.fillStyle}" fill-rule="${rule}"${this.faint()}/>`);
  }

  stroke(): void {
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.join(" ")}"` : "";
    this.put(`<path d="${this.path}" fill="none"${this.pen()}${dash}${this.faint()}/>`);
  }

  fillRect(x: number, y: number, w: number, h: number): void {
    this.beginPath();
    this.rect(x, y, w, h);
    this.fill();
  }

  strokeRect(x: number, y: number, w: number, h: number): void {
    this.beginPath();
    this.rect(x, y, w, h);
    this.stroke();
  }

  fillText(text: string, x: number, y: number): void {
    this.write(text, x, y, ` fill="${this.fillStyle}"`);
  }

  strokeText(text: string, x: number, y: number): void {
    this.write(text, x, y, ` fill="none"${this.pen()}`);
  }

  measureText(text: string): TextMetrics {
    this.ruler.font = this.font;
    return this.ruler.measureText(text);
  }

  text(): string {
    const { width, height } = this;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${this.parts.join("\n")}</svg>\n`;
  }

  private at(x: number, y: number): string {
    return `${f(x + this.shift[0])} ${f(y + this.shift[1])}`;
  }

  private pen(): string {
    return ` stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}" stroke-linejoin="${this.lineJoin}" stroke-linecap="${this.lineCap}"`;
  }

  private faint(): string {
    return this.globalAlpha < 1 ? ` opacity="${this.globalAlpha}"` : "";
  }

  private write(text: string, x: number, y: number, look: string): void {
    const [, italic, weight, size, family] = /^(italic )?(\d+ )?([\d.]+px) (.*)$/.exec(this.font) ?? ["", "", "", "12px", "sans-serif"];
    const style = `${italic ? ' font-style="italic"' : ""}${weight ? ` font-weight="${weight.trim()}"` : ""}`;
    const [px, py] = [x + this.shift[0], y + this.shift[1]].map(f);
    this.put(
      `<text x="${px}" y="${py}" font-family="${quoted(family)}" font-size="${size}"${style} text-anchor="${ANCHOR[this.textAlign] ?? "start"}"${look}${this.faint()}>${quoted(text)}</text>`,
    );
  }

  private put(part: string): void {
    this.parts.push(part);
  }
}
