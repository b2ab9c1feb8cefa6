# One round of glmnet for main.go: Rscript glm_speed.R DIR ROWS. Made with R 4.2.2 and glmnet 4.1-6 (Debian 12).
suppressPackageStartupMessages(library(glmnet))
a <- commandArgs(TRUE)
n <- as.integer(a[2])
v <- readBin(file.path(a[1], "table.f64"), "double", n * 62)
x <- matrix(v[1:(60 * n)], n)
y <- v[60 * n + 1:n]
fold <- as.integer(v[61 * n + 1:n])
for (j in 1:60) {
  gone <- is.na(x[, j])
  if (any(gone)) {
    x[gone, j] <- mean(x[!gone, j])
    x <- cbind(x, as.double(gone))
  }
}
rm(v)
invisible(gc())
kb <- function(key) as.numeric(gsub("[^0-9]", "", grep(key, readLines("/proc/self/status"), value = TRUE)))
cat("5", file = "/proc/self/clear_refs") # the peak counts from here
start <- kb("^VmRSS")
took <- function(f) {
  t <- system.time(r <- f())
  list(r = r, wall = t[[3]], cpu = t[[1]] + t[[2]])
}
p <- took(function() glmnet(x, y, family = "binomial", alpha = 0.5, nlambda = 100, lambda.min.ratio = 1e-4))
cv <- took(function() cv.glmnet(x, y, family = "binomial", alpha = 0.5, nlambda = 100, lambda.min.ratio = 1e-4, foldid = fold))
peak <- kb("^VmHWM")
m <- p$r
sd <- apply(x, 2, function(c) sqrt(mean((c - mean(c))^2)))
b <- as.matrix(m$beta) * sd
objective <- (1 - m$dev.ratio) * m$nulldev / 2 / n + m$lambda * (0.25 * colSums(b^2) + 0.5 * colSums(abs(b)))
f <- function(z) paste0("[", paste(sprintf("%.17g", z), collapse = ","), "]")
cat(sprintf('{"path":{"wall":%g,"cpu":%g},"cv":{"wall":%g,"cpu":%g},"lambda":%s,"objective":%s,"start_kb":%.0f,"peak_kb":%.0f}\n',
            p$wall, p$cpu, cv$wall, cv$cpu, f(m$lambda), f(objective), start, peak))
