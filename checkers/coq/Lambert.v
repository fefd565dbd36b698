(* The time of the direct arc, L1 and L2 of docs/certificate.md: what is proved, and by name what is taken as an axiom.
   Letters are those of the specification; lengths in m, times in s, angles in rad. *)

Require Import Reals Lra Psatz.
Open Scope R_scope.

Definition coast_time (GM a S C : R) : R :=
  let A := 2 * asin (sqrt ((S + C) / (4 * a))) in
  let B := 2 * asin (sqrt ((S - C) / (4 * a))) in
  sqrt (a^3 / GM) * ((A - sin A) - (B - sin B)).

Definition coast_slope (GM a S C : R) : R :=
  let q := (S + C) / (4 * a) in
  let m := (S - C) / (4 * a) in
  sqrt (a / GM) * (sqrt (q / (1 - q)) + sqrt (m / (1 - m))) / 2.

(* The angle whose half has the square of its sine equal to q, from 0 to pi. *)
Definition turned (q : R) : R := 2 * asin (sqrt q).
Definition lag (q : R) : R := turned q - sin (turned q).

Lemma turned_bounds : forall q, 0 <= q <= 1 -> 0 <= turned q <= PI.
Proof.
  intros q Hq. unfold turned.
  assert (0 <= sqrt q <= 1). { split; [ apply sqrt_pos | rewrite <- sqrt_1; apply sqrt_le_1_alt; lra ]. }
  pose proof (asin_bound (sqrt q)).
  assert (0 <= asin (sqrt q)).
  { apply Rnot_lt_le. intro N. pose proof (sin_lt_0_var (asin (sqrt q)) ltac:(lra) N) as M. rewrite sin_asin in M; lra. }
  lra.
Qed.

Lemma turned_cosine : forall q, 0 <= q <= 1 -> cos (turned q) = 1 - 2 * q.
Proof.
  intros q Hq. unfold turned. rewrite cos_2a_sin.
  assert (0 <= sqrt q <= 1). { split; [ apply sqrt_pos | rewrite <- sqrt_1; apply sqrt_le_1_alt; lra ]. }
  rewrite sin_asin by lra.
  pose proof (sqrt_sqrt q ltac:(lra)). unfold Rsqr in *. nra.
Qed.

Lemma turned_grows : forall q1 q2, 0 <= q1 <= q2 -> q2 <= 1 -> turned q1 <= turned q2.
Proof.
  intros q1 q2 H1 H2. apply Rnot_lt_le. intro L.
  pose proof (turned_bounds q1 ltac:(lra)). pose proof (turned_bounds q2 ltac:(lra)).
  assert (cos (turned q1) < cos (turned q2)) by (apply cos_decreasing_1; lra).
  rewrite !turned_cosine in * by lra. lra.
Qed.

Lemma lag_grows : forall q1 q2, 0 <= q1 <= q2 -> q2 <= 1 -> lag q1 <= lag q2.
Proof.
  intros q1 q2 H1 H2. unfold lag. pose proof (turned_grows q1 q2 H1 H2) as T.
  set (x := turned q1) in *. set (y := turned q2) in *.
  destruct (Req_dec x y) as [-> | N]; [ lra | ].
  destruct (MVT_cor2 (fun t => t - sin t) (fun t => 1 - cos t) x y) as [c [E _]]; [ lra | | ].
  - intros c _. apply derivable_pt_lim_minus; [ apply derivable_pt_lim_id | apply derivable_pt_lim_sin ].
  - pose proof (COS_bound c). nra.
Qed.

(* Over an interval of q of a given length lag grows by 2 tan (z / 2) times its length, z the angle of a point of it. *)
Lemma lag_step : forall q1 q2, 0 <= q1 < q2 -> q2 <= 1 ->
  exists z, turned q1 < z < turned q2 /\ (lag q2 - lag q1) * sin z = 2 * (q2 - q1) * (1 - cos z).
Proof.
  intros q1 q2 H1 H2.
  assert (T : turned q1 < turned q2).
  { pose proof (turned_grows q1 q2 ltac:(lra) H2). destruct (Req_dec (turned q1) (turned q2)) as [E | ]; [ | lra ].
    pose proof (turned_cosine q1 ltac:(lra)). pose proof (turned_cosine q2 ltac:(lra)). rewrite E in *. lra. }
  pose proof (turned_cosine q1 ltac:(lra)) as C1. pose proof (turned_cosine q2 ltac:(lra)) as C2.
  destruct (MVT_cor2 (fun t => (lag q2 - lag q1) * (- cos t) - 2 * (q2 - q1) * (t - sin t))
    (fun t => (lag q2 - lag q1) * sin t - 2 * (q2 - q1) * (1 - cos t)) (turned q1) (turned q2) T) as [z [E Hz]].
  - intros c _. apply derivable_pt_lim_minus.
    + apply derivable_pt_lim_scal. replace (sin c) with (- - sin c) by ring. apply derivable_pt_lim_opp, derivable_pt_lim_cos.
    + apply derivable_pt_lim_scal. apply derivable_pt_lim_minus; [ apply derivable_pt_lim_id | apply derivable_pt_lim_sin ].
  - exists z. split; [ exact Hz | ].
    rewrite C1, C2 in E. unfold lag in E at 1 2 3 4.
    fold (lag q1) (lag q2) in E.
    assert (P : (lag q2 - lag q1) * sin z - 2 * (q2 - q1) * (1 - cos z) = 0).
    { apply Rmult_eq_reg_r with (turned q2 - turned q1); [ | lra ]. rewrite <- E. unfold lag. ring. }
    lra.
Qed.

(* So it grows by more where the interval lies higher. *)
Lemma lag_step_grows : forall m q d, 0 <= m -> m + d <= q -> 0 <= d -> q + d <= 1 ->
  lag (m + d) - lag m <= lag (q + d) - lag q.
Proof.
  intros m q d Hm Hq Hd H1.
  destruct (Req_dec d 0) as [-> | N]; [ rewrite !Rplus_0_r; lra | ].
  destruct (lag_step m (m + d)) as [x [Hx Ex]]; [ lra | lra | ].
  destruct (lag_step q (q + d)) as [y [Hy Ey]]; [ lra | lra | ].
  pose proof (turned_bounds m ltac:(lra)). pose proof (turned_bounds (q + d) ltac:(lra)).
  pose proof (turned_grows (m + d) q ltac:(lra) ltac:(lra)).
  assert (0 < sin x) by (apply sin_gt_0; lra).
  assert (0 < sin y) by (apply sin_gt_0; lra).
  assert (cos y <= cos x) by (apply cos_decr_1; lra).
  assert (S : 0 <= sin (y - x)) by (apply sin_ge_0; lra).
  rewrite sin_minus in S.
  pose proof (sin2_cos2 x) as X. pose proof (sin2_cos2 y) as Y. unfold Rsqr in X, Y.
  (* (1 - cos x) sin y <= (1 - cos y) sin x *)
  assert (K : (1 - cos x) * sin y <= (1 - cos y) * sin x).
  { replace x with (2 * (x / 2)) by field. replace y with (2 * (y / 2)) by field.
    rewrite !cos_2a_sin, !sin_2a. unfold Rsqr.
    assert (0 <= sin (x / 2)) by (apply sin_ge_0; lra). assert (0 <= sin (y / 2)) by (apply sin_ge_0; lra).
    assert (S2 : 0 <= sin (y / 2 - x / 2)) by (apply sin_ge_0; lra). rewrite sin_minus in S2.
    assert (0 <= sin (x / 2) * sin (y / 2) * (sin (y / 2) * cos (x / 2) - cos (y / 2) * sin (x / 2))) by (repeat apply Rmult_le_pos; assumption).
    nra. }
  replace (m + d - m) with d in Ex by ring. replace (q + d - q) with d in Ey by ring.
  apply Rmult_le_reg_r with (sin x * sin y); [ nra | ].
  replace ((lag (m + d) - lag m) * (sin x * sin y)) with ((lag (m + d) - lag m) * sin x * sin y) by ring.
  replace ((lag (q + d) - lag q) * (sin x * sin y)) with ((lag (q + d) - lag q) * sin y * sin x) by ring.
  rewrite Ex, Ey.
  assert (0 <= d * ((1 - cos y) * sin x - (1 - cos x) * sin y)) by (apply Rmult_le_pos; lra).
  lra.
Qed.

(* L1: the time of the direct arc grows with the sum of the radii and with the chord. *)
Lemma L1_time_grows : forall GM a S1 S2 C1 C2, 0 < GM -> 0 < a -> S1 <= S2 -> 0 <= C1 <= C2 -> S2 + C2 <= 4 * a -> C2 <= S1 ->
  coast_time GM a S1 C1 <= coast_time GM a S2 C2.
Proof.
  intros GM a S1 S2 C1 C2 HG Ha HS HC HE HCS. unfold coast_time.
  fold (turned ((S1 + C1) / (4 * a))) (turned ((S1 - C1) / (4 * a))) (turned ((S2 + C2) / (4 * a))) (turned ((S2 - C2) / (4 * a))).
  fold (lag ((S1 + C1) / (4 * a))) (lag ((S1 - C1) / (4 * a))) (lag ((S2 + C2) / (4 * a))) (lag ((S2 - C2) / (4 * a))).
  apply Rmult_le_compat_l; [ apply sqrt_pos | ].
  assert (Hi : 0 < / (4 * a)) by (apply Rinv_0_lt_compat; lra).
  assert (U : forall x, x <= 4 * a -> x / (4 * a) <= 1).
  { intros x Hx. apply Rmult_le_reg_r with (4 * a); [ lra | ]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  assert (L : forall x y, x <= y -> x / (4 * a) <= y / (4 * a)) by (intros; unfold Rdiv; apply Rmult_le_compat_r; lra).
  assert (Z : forall x, 0 <= x -> 0 <= x / (4 * a)) by (intros; unfold Rdiv; apply Rmult_le_pos; lra).
  set (m := (S1 - C1) / (4 * a)). set (q := (S1 + C1) / (4 * a)). set (d := (S2 - S1) / (4 * a)).
  assert (0 <= m) by (apply Z; lra). assert (m <= q) by (apply L; lra). assert (0 <= d) by (apply Z; lra).
  assert (E1 : (S2 - C1) / (4 * a) = m + d) by (unfold m, d; field; lra).
  assert (E2 : (S2 + C1) / (4 * a) = q + d) by (unfold q, d; field; lra).
  assert (q + d <= 1) by (rewrite <- E2; apply U; lra).
  assert (A1 : lag (q + d) <= lag ((S2 + C2) / (4 * a))).
  { rewrite <- E2. apply lag_grows; [ split; [ apply Z; lra | apply L; lra ] | apply U; lra ]. }
  assert (A2 : lag ((S2 - C2) / (4 * a)) <= lag (m + d)).
  { rewrite <- E1. apply lag_grows; [ split; [ apply Z; lra | apply L; lra ] | apply U; lra ]. }
  destruct (Rle_dec (m + d) q).
  - pose proof (lag_step_grows m q d). lra.
  - pose proof (lag_step_grows m (m + d) (q - m)) as B.
    replace (m + (q - m)) with q in B by ring. replace (m + d + (q - m)) with (q + d) in B by ring. lra.
Qed.

(* ---- What is taken as given ---- *)

(* L1: Lambert's theorem, that the direct arc of an energy is the quickest of all coasts of that energy or less between two radii over a
   chord or more; stated of any set of coasts, each with its radii, chord, semi-major axis and time. *)
Record coast := { from_radius : R; to_radius : R; over_chord : R; axis : R; lasts : R }.
Parameter is_coast : R -> coast -> Prop.
Axiom L1_direct_arc_is_quickest : forall GM k a, 0 < GM -> is_coast GM k -> 0 < axis k <= a ->
  from_radius k + to_radius k + over_chord k <= 4 * a ->
  coast_time GM a (from_radius k + to_radius k) (over_chord k) <= lasts k.
Axiom L1_out_of_reach : forall GM k a, 0 < GM -> is_coast GM k -> 0 < axis k <= a ->
  from_radius k + to_radius k + over_chord k <= 4 * a.
(* L2: the time is convex in the chord while S - C >= a, so that it lies above its tangents. *)
Axiom L2_coast_time_convex : forall GM a S C0 C, 0 < GM -> 0 < a -> 0 <= C0 -> 0 <= C -> S + C0 < 4 * a -> S + C < 4 * a ->
  a <= S - C0 -> a <= S - C -> coast_time GM a S C0 + coast_slope GM a S C0 * (C - C0) <= coast_time GM a S C.
