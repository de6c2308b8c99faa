//! Finding Chromium and its driver.

use crate::debian;
use crate::shell::on_path;
use anyhow::{Result, bail};
use std::env;
use std::path::PathBuf;

const CHROMIUM: &[&str] =
    &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"];
const FIXED: &[&str] = &[
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];
const DRIVER: &[&str] = &["chromedriver"];

pub struct Browser {
    pub chromium: PathBuf,
    pub driver: PathBuf,
}

/// Finds both, installing them where that is possible without asking; else says what to install.
pub fn ensure() -> Result<Browser> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    debian::install(&["chromium", "chromium-driver"])?;
    match find() {
        Some(browser) => Ok(browser),
        None => bail!(
            "the browser tests need Chromium and ChromeDriver of the same version. On Debian: \
             apt-get install chromium chromium-driver. Elsewhere install Chrome or Chromium and chromedriver, and name \
             them in the environment variables CHROME and CHROMEDRIVER if they are not on PATH."
        ),
    }
}

fn find() -> Option<Browser> {
    let chromium = from_env("CHROME")
        .or_else(|| CHROMIUM.iter().find_map(|name| on_path(name)))
        .or_else(|| FIXED.iter().map(PathBuf::from).find(|path| path.exists()))?;
    let driver = from_env("CHROMEDRIVER").or_else(|| DRIVER.iter().find_map(|name| on_path(name)))?;
    Some(Browser { chromium, driver })
}

fn from_env(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|path| path.exists())
}
