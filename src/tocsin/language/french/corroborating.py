"""French of what stands behind reports: their likes, their roots, their record, the exercise."""

TEXT = {
    "another process is sorting accounts by place": "un autre processus classe les récits par lieu",
}
