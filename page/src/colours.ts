// The four classes of the map: what is defended is dark on a light page and bright on a dark one, what is not is the other way.

export type ClassName = "several" | "once" | "undefended" | "unreached";

export const classes: { name: ClassName; words: string }[] = [
  { name: "several", words: "two shots or more" },
  { name: "once", words: "one shot" },
  { name: "undefended", words: "in range, not defended" },
  { name: "unreached", words: "out of range, or not computed" },
];
