-- A POST of 10 KiB. The rest is as in report.lua.
wrk.method = 'POST'
wrk.body = string.rep('x', 10240)
wrk.headers['content-type'] = 'application/octet-stream'
dofile('/bench/load/report.lua')
