(* The algebra of the leaf lemma of docs/certificate.md: what is proved, and by name what is taken as an axiom.
   Letters are those of the specification; lengths in m, times in s, angles in rad. *)

Require Import Reals Lra Psatz.
From Coquelicot Require Import Hierarchy RInt.
Open Scope R_scope.

(* ---- Section 3: the arc ---- *)

Definition shape (T h : R) : R := 1 + T * (cos (h / 2) / sin (h / 2)).
Definition over_radius (T h x : R) : R := 1 - 2 * T * sin (x / 2) * sin ((h - x) / 2) / sin (h / 2).

Lemma half_angles : forall h x,
  2 * sin (x / 2) * sin ((h - x) / 2) = cos (x - h / 2) - cos (h / 2).
Proof.
  intros h x.
  set (u := x / 2). set (v := (h - x) / 2).
  replace (x - h / 2) with (u - v) by (unfold u, v; field).
  replace (h / 2) with (u + v) by (unfold u, v; field).
  rewrite cos_minus, cos_plus. ring.
Qed.

(* b / r is a conic about its apogee at x = h / 2 ... *)
Lemma conic : forall T h x, sin (h / 2) <> 0 ->
  over_radius T h x = shape T h - T / sin (h / 2) * cos (x - h / 2).
Proof.
  intros T h x H. unfold over_radius, shape.
  replace (2 * T * sin (x / 2) * sin ((h - x) / 2)) with (T * (2 * sin (x / 2) * sin ((h - x) / 2))) by ring.
  rewrite half_angles. field. assumption.
Qed.

(* ... and k e, with e as section 3 has it, is the factor of the cosine. *)
Lemma eccentricity : forall T h, sin (h / 2) <> 0 ->
  (shape T h - 1)^2 + T^2 = (T / sin (h / 2))^2.
Proof.
  intros T h H. unfold shape.
  pose proof (sin2_cos2 (h / 2)) as E. unfold Rsqr in E.
  set (s := sin (h / 2)) in *. set (c := cos (h / 2)) in *.
  apply Rmult_eq_reg_r with (s * s); [ | nra ].
  replace (((1 + T * (c / s) - 1) ^ 2 + T ^ 2) * (s * s)) with (T ^ 2 * (s * s + c * c)) by (field; assumption).
  replace ((T / s) ^ 2 * (s * s)) with (T ^ 2) by (field; assumption).
  rewrite E. ring.
Qed.

(* L5 for the tangent: with 0 <= x <= h < 2 pi the arc is the higher, r the greater, the greater T is. *)
Lemma over_radius_falls_with_T : forall T1 T2 h x,
  0 <= x <= h -> 0 < h < 2 * PI -> T1 <= T2 -> over_radius T2 h x <= over_radius T1 h x.
Proof.
  intros T1 T2 h x Hx Hh HT. unfold over_radius.
  assert (0 <= sin (x / 2)) by (apply sin_ge_0; lra).
  assert (0 <= sin ((h - x) / 2)) by (apply sin_ge_0; lra).
  assert (0 < sin (h / 2)) by (apply sin_gt_0; lra).
  assert (0 <= sin (x / 2) * sin ((h - x) / 2) / sin (h / 2)).
  { apply Rmult_le_pos; [ nra | left; apply Rinv_0_lt_compat; assumption ]. }
  unfold Rdiv in *. nra.
Qed.

(* ... and the greater h is. *)
Lemma over_radius_falls_with_h : forall T h1 h2 x,
  0 <= T -> 0 <= x <= h1 -> 0 < h1 <= h2 -> h2 < 2 * PI -> over_radius T h2 x <= over_radius T h1 x.
Proof.
  intros T h1 h2 x HT Hx Hh H2. unfold over_radius.
  set (s1 := sin (h1 / 2)). set (s2 := sin (h2 / 2)). set (sx := sin (x / 2)).
  assert (0 < s1) by (apply sin_gt_0; lra).
  assert (0 < s2) by (apply sin_gt_0; lra).
  assert (0 <= sx) by (apply sin_ge_0; lra).
  assert (Hd : 0 <= s2 * cos (h1 / 2) - cos (h2 / 2) * s1).
  { unfold s1, s2. rewrite <- sin_minus. apply sin_ge_0; lra. }
  replace ((h1 - x) / 2) with (h1 / 2 - x / 2) by field.
  replace ((h2 - x) / 2) with (h2 / 2 - x / 2) by field.
  rewrite !sin_minus. fold s1 s2 sx.
  apply Rmult_le_reg_r with (s1 * s2); [ nra | ].
  replace ((1 - 2 * T * sx * (s2 * cos (x / 2) - cos (h2 / 2) * sx) / s2) * (s1 * s2))
    with (s1 * s2 - 2 * T * sx * (s2 * cos (x / 2) - cos (h2 / 2) * sx) * s1) by (field; lra).
  replace ((1 - 2 * T * sx * (s1 * cos (x / 2) - cos (h1 / 2) * sx) / s1) * (s1 * s2))
    with (s1 * s2 - 2 * T * sx * (s1 * cos (x / 2) - cos (h1 / 2) * sx) * s2) by (field; lra).
  assert (0 <= T * (sx * sx)) by nra.
  assert (0 <= 2 * (T * (sx * sx)) * (s2 * cos (h1 / 2) - cos (h2 / 2) * s1)) by nra.
  lra.
Qed.

(* k falls with h. *)
Lemma shape_falls_with_h : forall T h1 h2, 0 <= T -> 0 < h1 <= h2 -> h2 < 2 * PI -> shape T h2 <= shape T h1.
Proof.
  intros T h1 h2 HT Hh H2. unfold shape.
  assert (0 < sin (h1 / 2)) by (apply sin_gt_0; lra).
  assert (0 < sin (h2 / 2)) by (apply sin_gt_0; lra).
  assert (Hd : 0 <= sin (h2 / 2) * cos (h1 / 2) - cos (h2 / 2) * sin (h1 / 2)).
  { rewrite <- sin_minus. apply sin_ge_0; lra. }
  apply Rplus_le_compat_l. apply Rmult_le_compat_l; [ assumption | ].
  apply Rmult_le_reg_r with (sin (h1 / 2) * sin (h2 / 2)); [ nra | ].
  replace (cos (h2 / 2) / sin (h2 / 2) * (sin (h1 / 2) * sin (h2 / 2))) with (cos (h2 / 2) * sin (h1 / 2)) by (field; lra).
  replace (cos (h1 / 2) / sin (h1 / 2) * (sin (h1 / 2) * sin (h2 / 2))) with (sin (h2 / 2) * cos (h1 / 2)) by (field; lra).
  lra.
Qed.

(* ... and over x the radius has one maximum, at the middle of the arc. *)
Lemma apogee_is_highest : forall T h x,
  0 <= T -> 0 < h < 2 * PI -> over_radius T h (h / 2) <= over_radius T h x.
Proof.
  intros T h x HT Hh.
  assert (0 < sin (h / 2)) by (apply sin_gt_0; lra).
  rewrite !conic by lra.
  replace (h / 2 - h / 2) with 0 by ring. rewrite cos_0.
  assert (0 <= T / sin (h / 2)) by (apply Rmult_le_pos; [ assumption | left; apply Rinv_0_lt_compat; assumption ]).
  pose proof (COS_bound (x - h / 2)). nra.
Qed.

(* ---- Section 4: distances ---- *)

(* The chord between radii r and R at an angle c: the cosine rule in the form that does not cancel. *)
Lemma chord : forall r R c, r^2 + R^2 - 2 * r * R * cos c = (r - R)^2 + 4 * r * R * (sin (c / 2))^2.
Proof.
  intros r R c.
  replace c with (2 * (c / 2)) at 1 by field.
  rewrite cos_2a_sin. unfold Rsqr. ring.
Qed.

(* It grows with the angle, from 0 to pi, and with r where r >= R. *)
Lemma chord_grows_with_angle : forall r R c1 c2, 0 <= r -> 0 <= R -> 0 <= c1 <= c2 -> c2 <= PI ->
  (r - R)^2 + 4 * r * R * (sin (c1 / 2))^2 <= (r - R)^2 + 4 * r * R * (sin (c2 / 2))^2.
Proof.
  intros r R c1 c2 Hr HR H1 H2.
  assert (0 <= sin (c1 / 2)) by (apply sin_ge_0; lra).
  assert (sin (c1 / 2) <= sin (c2 / 2)) by (apply sin_incr_1; lra).
  assert (0 <= r * R) by nra.
  assert ((sin (c1 / 2))^2 <= (sin (c2 / 2))^2) by nra.
  nra.
Qed.

Lemma chord_grows_with_radius : forall r1 r2 R c, R <= r1 <= r2 -> 0 <= R ->
  (r1 - R)^2 + 4 * r1 * R * (sin (c / 2))^2 <= (r2 - R)^2 + 4 * r2 * R * (sin (c / 2))^2.
Proof.
  intros r1 r2 R c Hr HR.
  assert (0 <= (sin (c / 2))^2) by nra.
  assert (0 <= R * (r2 - r1)) by nra.
  assert ((r1 - R)^2 <= (r2 - R)^2) by nra.
  nra.
Qed.

(* L6 and L7: a rotation by t moves a unit vector by 2 sin (t / 2) or less, which is no more than t. *)
Lemma rotation_moves_no_farther : forall t, 0 <= t -> 2 * sin (t / 2) <= t.
Proof.
  intros t Ht. destruct (Req_dec t 0) as [-> | Hn].
  - replace (0 / 2) with 0 by field. rewrite sin_0. lra.
  - assert (sin (t / 2) < t / 2) by (apply sin_lt_x; lra). lra.
Qed.

(* ---- Section 5, after(q): elevations (L4) ---- *)

(* A motor-out point at distance l from the site and altitude q or more stands at least so high over the site's horizon. *)
Lemma elevation_of_motor_out : forall R l q s, 0 < R -> 0 < l -> 0 <= q ->
  (R + q)^2 <= R^2 + l^2 + 2 * R * l * s -> (q - l^2 / (2 * R)) / l <= s.
Proof.
  intros R l q s HR Hl Hq H.
  apply Rmult_le_reg_r with (2 * R * l); [ nra | ].
  replace ((q - l ^ 2 / (2 * R)) / l * (2 * R * l)) with (2 * R * q - l ^ 2) by (field; lra).
  nra.
Qed.

(* The place, at distance d0 >= d and radius r <= r2, stands no higher than climb has it. *)
Lemma elevation_of_place : forall R r r2 d d0 s, 0 < R -> 0 < d <= d0 -> 0 <= r <= r2 -> R <= r2 ->
  r^2 = R^2 + d0^2 + 2 * R * d0 * s -> s <= (r2^2 - R^2 - d^2) / (2 * R * d).
Proof.
  intros R r r2 d d0 s HR Hd Hr H2 H.
  apply Rmult_le_reg_r with (2 * R * d); [ nra | ].
  replace ((r2 ^ 2 - R ^ 2 - d ^ 2) / (2 * R * d) * (2 * R * d)) with (r2 ^ 2 - R ^ 2 - d ^ 2) by (field; lra).
  assert (r^2 <= r2^2) by nra.
  assert (0 <= r2^2 - R^2) by nra.
  assert (2 * R * d0 * s <= r2^2 - R^2 - d0^2) by nra.
  apply Rmult_le_reg_r with d0; [ lra | ].
  assert (s * (2 * R * d) * d0 = d * (2 * R * d0 * s)) as -> by ring.
  apply Rle_trans with (d * (r2^2 - R^2 - d0^2)); [ nra | ].
  assert (d * (r2^2 - R^2) <= d0 * (r2^2 - R^2)) by nra.
  assert (d * d <= d * d0) by nra.
  assert (d * d * d0 <= d * d0 * d0) by nra.
  nra.
Qed.

(* The slope of the squared distance by l is 2 (l - d (cos p + sin p g / cos e)) with g >= sin e and p = e - climb, so that it is at most
   2 (l - d cos climb / cos e), which is below 0 where l < d cos climb. *)
Lemma slope_of_distance : forall e climb g, 0 < cos e -> 0 <= sin (e - climb) -> sin e <= g ->
  cos climb / cos e <= cos (e - climb) + sin (e - climb) * g / cos e.
Proof.
  intros e climb g He Hp Hg.
  assert (E : cos climb = cos (e - climb) * cos e + sin (e - climb) * sin e).
  { replace climb with (e - (e - climb)) at 1 by ring. rewrite cos_minus. ring. }
  apply Rmult_le_reg_r with (cos e); [ assumption | ].
  replace (cos climb / cos e * cos e) with (cos climb) by (field; lra).
  replace ((cos (e - climb) + sin (e - climb) * g / cos e) * cos e) with (cos (e - climb) * cos e + sin (e - climb) * g) by (field; lra).
  rewrite E. nra.
Qed.

(* L7: turning the direction u by a vector m changes its component along a unit vector e by no more than the length of m. *)
Lemma component_changes_no_more : forall e1 e2 e3 m1 m2 m3 t, 0 <= t -> e1^2 + e2^2 + e3^2 = 1 -> m1^2 + m2^2 + m3^2 <= t^2 ->
  e1 * m1 + e2 * m2 + e3 * m3 <= t.
Proof.
  intros e1 e2 e3 m1 m2 m3 t Ht He Hm.
  assert (C : (e1 * m1 + e2 * m2 + e3 * m3)^2 <= (e1^2 + e2^2 + e3^2) * (m1^2 + m2^2 + m3^2)).
  { pose proof (pow2_ge_0 (e1 * m2 - e2 * m1)). pose proof (pow2_ge_0 (e1 * m3 - e3 * m1)). pose proof (pow2_ge_0 (e2 * m3 - e3 * m2)). nra. }
  rewrite He, Rmult_1_l in C.
  generalize dependent (e1 * m1 + e2 * m2 + e3 * m3). intros X C.
  apply Rnot_lt_le. intro H. nra.
Qed.

(* ---- Section 5, slow ---- *)

(* Step 2: a coast from a radius up to R + high at speed V' or less is nowhere above R faster than this. *)
Lemma fastest_fall : forall GM R high V r0 r v0 v,
  0 < GM -> 0 < R -> 0 < r0 <= R + high -> R <= r -> v0^2 <= V^2 ->
  v^2 = v0^2 + 2 * GM * (/ r - / r0) -> v^2 <= V^2 + 2 * GM * (/ R - / (R + high)).
Proof.
  intros GM R high V r0 r v0 v HG HR H0 Hr Hv ->.
  assert (/ r <= / R) by (apply Rinv_le_contravar; lra).
  assert (/ (R + high) <= / r0) by (apply Rinv_le_contravar; lra).
  nra.
Qed.

(* Step 4: m <= q where q = (S + C) / (4 a) and m = (S - C) / (4 a). *)
Lemma m_is_less : forall a S C, 0 < a -> 0 <= C -> (S - C) / (4 * a) <= (S + C) / (4 * a).
Proof.
  intros a S C Ha HC. unfold Rdiv. apply Rmult_le_compat_r; [ | lra ].
  left. apply Rinv_0_lt_compat. lra.
Qed.

Lemma odds_grow : forall m q, 0 <= m <= q -> q < 1 -> m / (1 - m) <= q / (1 - q).
Proof.
  intros m q Hm Hq.
  apply Rmult_le_reg_r with ((1 - m) * (1 - q)); [ nra | ].
  replace (m / (1 - m) * ((1 - m) * (1 - q))) with (m * (1 - q)) by (field; lra).
  replace (q / (1 - q) * ((1 - m) * (1 - q))) with (q * (1 - m)) by (field; lra).
  nra.
Qed.

(* So the slope is at most sqrt (a / GM) sqrt (q / (1 - q)) ... *)
Lemma slope_bound : forall p m q, 0 <= p -> 0 <= m <= q -> q < 1 ->
  p * (sqrt (q / (1 - q)) + sqrt (m / (1 - m))) / 2 <= p * sqrt (q / (1 - q)).
Proof.
  intros p m q Hp Hm Hq.
  assert (sqrt (m / (1 - m)) <= sqrt (q / (1 - q))) by (apply sqrt_le_1_alt; apply odds_grow; assumption).
  nra.
Qed.

(* ... and where q <= q0 = Q / (1 + Q) that is at most sqrt (a / GM) sqrt Q = 0.9 / n. *)
Lemma below_q0 : forall Q q, 0 <= Q -> 0 <= q <= Q / (1 + Q) -> q / (1 - q) <= Q.
Proof.
  intros Q q HQ Hq.
  assert (Q / (1 + Q) * (1 + Q) = Q) by (field; lra).
  assert (q * (1 + Q) <= Q) by nra.
  assert (q < 1) by nra.
  apply Rmult_le_reg_r with (1 - q); [ lra | ].
  replace (q / (1 - q) * (1 - q)) with q by (field; lra).
  nra.
Qed.

Lemma nine_tenths : forall a GM n q, 0 < a -> 0 < GM -> 0 < n ->
  let Q := (9 / 10 * sqrt (GM / a) / n)^2 in
  0 <= q <= Q / (1 + Q) -> sqrt (a / GM) * sqrt (q / (1 - q)) <= 9 / 10 / n.
Proof.
  intros a GM n q Ha HG Hn Q Hq.
  assert (0 <= Q) by (unfold Q; nra).
  assert (Hs : sqrt (q / (1 - q)) <= 9 / 10 * sqrt (GM / a) / n).
  { assert (0 <= 9 / 10 * sqrt (GM / a) / n).
    { pose proof (sqrt_pos (GM / a)). unfold Rdiv. apply Rmult_le_pos; [ lra | left; apply Rinv_0_lt_compat; assumption ]. }
    rewrite <- (sqrt_pow2 (9 / 10 * sqrt (GM / a) / n)) by assumption.
    apply sqrt_le_1_alt. apply below_q0; assumption. }
  assert (E : sqrt (a / GM) * sqrt (GM / a) = 1).
  { rewrite <- sqrt_mult_alt.
    - replace (a / GM * (GM / a)) with 1 by (field; lra). apply sqrt_1.
    - unfold Rdiv. apply Rmult_le_pos; [ lra | left; apply Rinv_0_lt_compat; assumption ]. }
  pose proof (sqrt_pos (a / GM)).
  apply Rle_trans with (sqrt (a / GM) * (9 / 10 * sqrt (GM / a) / n)); [ nra | ].
  replace (sqrt (a / GM) * (9 / 10 * sqrt (GM / a) / n)) with (9 / 10 * (sqrt (a / GM) * sqrt (GM / a)) / n) by (field; lra).
  rewrite E. lra.
Qed.

(* Step 5 (L3): who waits w is carried nearer by n w at most, and a convex time is no less than its tangent. *)
Lemma waiting_flat : forall time C0 slope n C w,
  (forall c, time C0 + slope * (c - C0) <= time c) -> 0 < n -> 0 <= w -> slope <= / n ->
  time C0 + slope * (C - C0) <= time (C - n * w) + w.
Proof.
  intros time C0 slope n C w Hconvex Hn Hw Hslope.
  specialize (Hconvex (C - n * w)).
  assert (slope * n <= 1).
  { replace 1 with (/ n * n) by (field; lra). nra. }
  nra.
Qed.

(* Where the slope at C0 is steeper, C0 is rise and no chord is shorter. *)
Lemma waiting_steep : forall time C0 slope n C w,
  (forall c, C0 <= c -> time C0 + slope * (c - C0) <= time c) -> 0 < n -> 0 <= w -> / n <= slope ->
  C0 <= C - n * w -> time C0 + / n * (C - C0) <= time (C - n * w) + w.
Proof.
  intros time C0 slope n C w Hconvex Hn Hw Hslope HC.
  specialize (Hconvex (C - n * w) HC).
  assert (E : / n * (C - C0) = / n * (C - n * w - C0) + w) by (field; lra).
  rewrite E. nra.
Qed.

(* ---- The sphere: L6 and L7 for unit vectors ---- *)

Definition vector := (R * R * R)%type.
Definition dot (u v : vector) : R :=
  let '(a, b, c) := u in let '(x, y, z) := v in a * x + b * y + c * z.
Definition unit (u : vector) : Prop := dot u u = 1.

(* Of three unit vectors 1 + 2 p q r - p^2 - q^2 - r^2 is the square of their determinant. *)
Lemma gram : forall u v w, unit u -> unit v -> unit w ->
  (dot u w - dot u v * dot v w)^2 <= (1 - (dot u v)^2) * (1 - (dot v w)^2).
Proof.
  intros [[a b] c] [[d e] f] [[g h] i]. unfold unit, dot. intros U V W.
  set (p := a * d + b * e + c * f). set (q := d * g + e * h + f * i). set (r := a * g + b * h + c * i).
  assert (G : (a * a + b * b + c * c) * (d * d + e * e + f * f) * (g * g + h * h + i * i) + 2 * p * q * r
      - (a * a + b * b + c * c) * q^2 - (d * d + e * e + f * f) * r^2 - (g * g + h * h + i * i) * p^2
      = (a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g))^2) by (unfold p, q, r; ring).
  rewrite U, V, W in G.
  pose proof (pow2_ge_0 (a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g))).
  nra.
Qed.

Lemma in_range : forall u v, unit u -> unit v -> -1 <= dot u v <= 1.
Proof.
  intros [[a b] c] [[d e] f]. unfold unit, dot. intros U V.
  pose proof (pow2_ge_0 (a - d)). pose proof (pow2_ge_0 (b - e)). pose proof (pow2_ge_0 (c - f)).
  pose proof (pow2_ge_0 (a + d)). pose proof (pow2_ge_0 (b + e)). pose proof (pow2_ge_0 (c + f)).
  split; nra.
Qed.

(* L6: a rotation by t changes the angle to another direction by t or less. *)
Lemma L6_angles_add_up : forall u v w, unit u -> unit v -> unit w -> acos (dot u w) <= acos (dot u v) + acos (dot v w).
Proof.
  intros u v w U V W.
  pose proof (in_range u v U V) as P. pose proof (in_range v w V W) as Q. pose proof (in_range u w U W) as S.
  pose proof (acos_bound (dot u v)). pose proof (acos_bound (dot v w)). pose proof (acos_bound (dot u w)).
  destruct (Rle_dec PI (acos (dot u v) + acos (dot v w))) as [ | N]; [ lra | ].
  apply Rnot_lt_le. intro L.
  assert (C : cos (acos (dot u w)) < cos (acos (dot u v) + acos (dot v w))) by (apply cos_decreasing_1; lra).
  rewrite cos_plus, !cos_acos in C by assumption.
  pose proof (gram u v w U V W) as G.
  assert (Sa : 0 <= sin (acos (dot u v))) by (apply sin_ge_0; lra).
  assert (Sb : 0 <= sin (acos (dot v w))) by (apply sin_ge_0; lra).
  assert (Ea : (sin (acos (dot u v)))^2 = 1 - (dot u v)^2).
  { pose proof (sin2_cos2 (acos (dot u v))) as E. rewrite cos_acos in E by assumption. unfold Rsqr in E. lra. }
  assert (Eb : (sin (acos (dot v w)))^2 = 1 - (dot v w)^2).
  { pose proof (sin2_cos2 (acos (dot v w))) as E. rewrite cos_acos in E by assumption. unfold Rsqr in E. lra. }
  rewrite <- Ea, <- Eb in G.
  set (x := sin (acos (dot u v))) in *. set (y := sin (acos (dot v w))) in *.
  set (z := dot u w - dot u v * dot v w) in *.
  assert (B : z < - (x * y)) by (unfold z; lra).
  assert (0 <= x * y) by nra.
  assert ((x * y)^2 < z^2) by nra.
  replace ((x * y)^2) with (x^2 * y^2) in * by ring. lra.
Qed.

(* L7, v of section 4: no angle up to 0.4 is more than 1.05 times its sine. *)
Lemma L7_parallel : forall y, 0 <= y <= 4 / 10 -> y <= sin (105 / 100 * y).
Proof.
  intros y Hy.
  assert (B : sin_approx (105 / 100 * y) 1 <= sin (105 / 100 * y)).
  { apply (proj1 (pre_sin_bound (105 / 100 * y) 0 ltac:(lra) ltac:(lra))). }
  apply Rle_trans with (2 := B).
  unfold sin_approx, sum_f_R0, sin_term. simpl.
  match goal with |- _ <= ?r =>
    replace r with (105 / 100 * y - 105 / 100 * y * (105 / 100 * y * (105 / 100 * y)) / 6) by field end.
  assert (0 <= y * (16 / 100 - y * y)) by (apply Rmult_le_pos; nra).
  nra.
Qed.

(* ---- What is taken as given ---- *)

(* L4, the step from the sign of the slope (slope_of_distance above) to the distance. [after] is the square of the distance from a
   motor-out point at the distance l and the altitude q, and q must be within reach of l. *)
Definition lead (G climb q l : R) : R := Rmax 0 (asin ((q - l^2 / (2 * G)) / l) - climb).
Definition after (G d climb q l : R) : R := d^2 + l^2 - 2 * d * l * cos (lead G climb q l).
Axiom L4_distance_falls : forall G d climb q L l1 l2, 0 < G -> 0 < d -> - PI / 2 <= climb <= PI / 2 -> 0 <= q ->
  0 < l1 <= l2 -> l2 <= L -> L <= G -> L < d * cos climb -> q - l1^2 / (2 * G) <= l1 ->
  after G d climb q l2 <= after G d climb q l1.

(* L5: the time of flight is sqrt (b^3 k / GM) times this, which grows as r does. *)
Definition swept (T h x : R) : R := RInt (V := R_CompleteNormedModule) (fun y => / (over_radius T h y)^2) 0 x.
Axiom L5_swept_grows : forall T1 T2 h1 h2 x1 x2, 0 <= T1 <= T2 -> 0 < h1 <= h2 -> h2 < 2 * PI -> 0 <= x1 <= x2 -> x1 <= h1 -> x2 <= h2 ->
  (forall y, 0 <= y <= x2 -> 0 < over_radius T2 h2 y) -> swept T1 h1 x1 <= swept T2 h2 x2.
