# Install Tocsin @VERSION@ from this folder, without a network.
#   install.cmd [-Into FOLDER] [-Use VERSION]
# Each version lies in a folder of its own; tocsin.cmd starts the one in use.
param([string]$Into = "$env:LOCALAPPDATA\Tocsin", [string]$Use = "", [string]$Python = "")
$ErrorActionPreference = "Stop"
$version = "@VERSION@"
$wanted = "@PYTHON@"
$here = Split-Path -Parent $MyInvocation.MyCommand.Path

function Set-Current([string]$which) {
  $start = "@echo off`r`n`"$Into\versions\$which\Scripts\tocsin.exe`" %*`r`nexit /b %ERRORLEVEL%`r`n"
  [IO.File]::WriteAllText("$Into\tocsin.cmd", $start)
  & "$Into\tocsin.cmd" --version
}

if ($Use) {
  if (-not (Test-Path "$Into\versions\$Use\Scripts\tocsin.exe")) {
    Write-Error "Version $Use is not installed in $Into."
  }
  Set-Current $Use
  exit 0
}

foreach ($line in Get-Content "$here\SHA256SUMS") {
  $sum, $name = $line -split "  ", 2
  $is = (Get-FileHash -Algorithm SHA256 -LiteralPath (Join-Path $here $name)).Hash
  if ($is -ne $sum) { Write-Error "$name is not the file that was packed." }
}

if ($Python) { $command = @($Python) } else { $command = @("py", "-$wanted") }
$first = $command[0]
$rest = @($command | Select-Object -Skip 1)
$found = & $first @rest -c "import sys; print('%d.%d' % sys.version_info[:2])"
if ($found -ne $wanted) { Write-Error "This installer is for Python $wanted; found: $found." }

$target = "$Into\versions\$version"
if (Test-Path $target) { Remove-Item -Recurse -Force $target }
New-Item -ItemType Directory -Force "$Into\versions" | Out-Null
& $first @rest -m venv $target
& "$target\Scripts\python.exe" -m pip install --quiet --disable-pip-version-check --no-index `
  --find-links "$here\wheels" "tocsin[postgres]==$version"
if ($LASTEXITCODE -ne 0) { Remove-Item -Recurse -Force $target; exit 3 }
Set-Current $version
Write-Output "$Into\tocsin.cmd"
