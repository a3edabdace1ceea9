# Reference numbers of tests/peer/test_evidence_metafor.py. Run: Rscript tests/peer/metafor_reference.R > tests/peer/metafor_reference.json
# Packages metafor and metadat. The searches for tau2 run to full convergence (metafor stops at 1e-5 by default).
suppressMessages({library(metafor); library(metadat)})
num <- function(x) if (length(x) == 0 || is.na(x[1])) "null" else sprintf("%.15g", as.numeric(x)[1])
vec <- function(x) paste0("[", paste(sapply(x, num), collapse = ","), "]")
tight <- list(threshold = 1e-11, maxiter = 100000, tol = 1e-14)
fits <- function(yi, vi) {
  out <- c()
  for (model in c("FE", "DL", "PM", "REML")) for (test in c("z", "knha")) {
    r <- suppressWarnings(rma(yi, vi, method = model, test = test, control = tight))
    p <- predict(r)
    d <- tryCatch(suppressWarnings(rma(yi, vi, method = model, test = test)), error = function(e) list(b = NA, tau2 = NA))
    out <- c(out, sprintf('{"model":"%s","ci":"%s","estimate":%s,"se":%s,"ci_low":%s,"ci_high":%s,"prediction_low":%s,"prediction_high":%s,"tau2":%s,"i2":%s,"q":%s,"q_p":%s,"p":%s,"weights":%s,"default_estimate":%s,"default_tau2":%s}',
      if (model == "FE") "fixed" else model, if (test == "z") "wald" else "hksj", num(r$b), num(r$se), num(r$ci.lb), num(r$ci.ub),
      num(p$pi.lb), num(p$pi.ub), num(r$tau2), num(r$I2), num(r$QE), num(r$QEp), num(r$pval), vec(weights(r)), num(d$b), num(d$tau2)))
  }
  paste0("[", paste(out, collapse = ",\n"), "]")
}
sets <- c()
keep <- function(id, measure, columns, d) {
  raw <- paste(sapply(names(columns), function(n) sprintf('"%s":%s', n, vec(columns[[n]]))), collapse = ",")
  loo <- leave1out(rma(d$yi, d$vi, method = "REML", control = tight))
  sets <<- c(sets, sprintf('{"id":"%s","measure":"%s","raw":{%s},"yi":%s,"vi":%s,"leave_one_out":%s,"fits":%s}',
    id, measure, raw, vec(d$yi), vec(d$vi), vec(loo$estimate), fits(d$yi, d$vi)))
}
b <- dat.bcg
for (m in c("OR", "RR", "RD")) keep("dat.bcg", m, list(events1 = b$tpos, n1 = b$tpos + b$tneg, events2 = b$cpos, n2 = b$cpos + b$cneg),
  escalc(m, ai = tpos, bi = tneg, ci = cpos, di = cneg, data = b))
n <- dat.normand1999
for (m in c("MD", "SMD")) keep("dat.normand1999", m, list(mean1 = n$m1i, sd1 = n$sd1i, n1 = n$n1i, mean2 = n$m2i, sd2 = n$sd2i, n2 = n$n2i),
  escalc(m, m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = n))
h <- dat.hart1999   # events and person-years; used as printed counts through the log rate ratio given as yi, vi
keep("dat.hart1999", "GEN", list(), escalc("IRR", x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i, data = h))
r <- dat.raudenbush1985
keep("dat.raudenbush1985", "GEN", list(), r)
l <- dat.li2007     # magnesium, with zero cells
for (m in c("OR", "RR", "RD")) keep("dat.li2007", m, list(events1 = l$ai, n1 = l$n1i, events2 = l$ci, n2 = l$n2i),
  escalc(m, ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = l))
y <- na.omit(dat.yusuf1985[dat.yusuf1985$table == 6, ])
for (m in c("OR", "RR")) keep("dat.yusuf1985", m, list(events1 = y$ai, n1 = y$n1i, events2 = y$ci, n2 = y$n2i),
  escalc(m, ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = y))
d <- dat.debruin2009 # rates of one arm
keep("dat.debruin2009", "PLO", list(events = d$xi, total = d$ni), escalc("PLO", xi = xi, ni = ni, data = d))
keep("dat.debruin2009", "PR", list(events = d$xi, total = d$ni), escalc("PR", xi = xi, ni = ni, data = d))
k2 <- b[1:2, ]
keep("dat.bcg, first two", "OR", list(events1 = k2$tpos, n1 = k2$tpos + k2$tneg, events2 = k2$cpos, n2 = k2$cpos + k2$cneg),
  escalc("OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = k2))
rare <- c()
for (who in c("li2007", "yusuf1985", "bcg")) {
  t <- switch(who, li2007 = list(l$ai, l$n1i, l$ci, l$n2i), yusuf1985 = list(y$ai, y$n1i, y$ci, y$n2i),
              bcg = list(b$tpos, b$tpos + b$tneg, b$cpos, b$cpos + b$cneg))
  for (m in c("OR", "RR", "RD", "PETO")) {
    f <- if (m == "PETO") rma.peto(ai = t[[1]], n1i = t[[2]], ci = t[[3]], n2i = t[[4]]) else
         rma.mh(ai = t[[1]], n1i = t[[2]], ci = t[[3]], n2i = t[[4]], measure = m)
    rare <- c(rare, sprintf('{"id":"dat.%s","method":"%s","measure":"%s","events1":%s,"n1":%s,"events2":%s,"n2":%s,"estimate":%s,"se":%s,"ci_low":%s,"ci_high":%s,"q":%s,"i2":%s}',
      who, if (m == "PETO") "Peto" else "MH", if (m == "PETO") "OR" else m, vec(t[[1]]), vec(t[[2]]), vec(t[[3]]), vec(t[[4]]),
      num(f$b), num(f$se), num(f$ci.lb), num(f$ci.ub), num(f$QE), num(f$I2)))
  }
}
one <- rma(0.3, 0.04); p1 <- predict(one)
cat(sprintf('{"metafor":"%s","metadat":"%s","sets":[\n%s],\n"rare":[\n%s],\n"one_study":{"estimate":%s,"ci_low":%s,"ci_high":%s,"prediction_low":%s,"prediction_high":%s,"tau2":%s,"i2":%s}}\n',
  packageVersion("metafor"), packageVersion("metadat"), paste(sets, collapse = ",\n"), paste(rare, collapse = ",\n"),
  num(one$b), num(one$ci.lb), num(one$ci.ub), num(p1$pi.lb), num(p1$pi.ub), num(one$tau2), num(one$I2)))
