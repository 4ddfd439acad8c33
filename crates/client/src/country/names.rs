//! Names of the country's places and companies. All are invented.

pub(super) const COUNTRY: &str = "Republic of Lanrivier (兰河共和国)";

pub(super) struct ProvinceNames {
    pub(super) name: &'static str,
    pub(super) office: &'static str,
    pub(super) counties: &'static [&'static str],
    /// How its companies are named; `{}` stands for a name.
    pub(super) companies: &'static [&'static str],
    pub(super) words: &'static [&'static str],
}

pub(super) const PROVINCES: &[ProvinceNames] = &[
    ProvinceNames {
        name: "清河省 (Qinghe)",
        office: "清河省统计局 (Qinghe Statistics Office)",
        counties: &[
            "石桥县 (Shiqiao), Qinghe",
            "柳湾县 (Liuwan), Qinghe",
            "东岭县 (Dongling), Qinghe",
            "青浦市 (Qingpu)",
        ],
        companies: &["{}纺织有限公司", "{}精密机械有限公司", "{}食品厂", "{}电子科技有限公司"],
        words: &["华丰", "永兴", "长河", "金桥", "宏远", "瑞安", "明达"],
    },
    ProvinceNames {
        name: "Côte-d’Améthyste",
        office: "Office statistique de la Côte-d’Améthyste",
        counties: &["Saint-Éloi", "Forêt-Haute, Saint-Éloi", "Île-aux-Œillets", "Val-de-Brême"],
        companies: &["Aciéries {} & Fils, S.A.", "Filatures {}", "Crèmerie {}, SARL", "Société générale « {} »"],
        words: &["Béranger", "Cœurdoux", "d’Hérault", "Lefèvre", "Noël", "Ségolène", "Vœgtlin"],
    },
    ProvinceNames {
        name: "Ñandubay del Sur",
        office: "Instituto de Estadística de Ñandubay",
        counties: &["Doña Águeda County, Ñandubay", "Río Hondo", "Peñas Blancas", "Güimar, Peñas Blancas"],
        companies: &["Cervecería {} e Hijos, S.L.", "Molinos {}", "Construcciones {}, S.A.", "Cooperativa «{}»"],
        words: &["Íñiguez", "Muñoz", "Peñalver", "Quiñones", "Sáenz", "Úbeda", "Yáñez"],
    },
    ProvinceNames {
        name: "Östra Lövmark",
        office: "Statistikkontoret i Östra Lövmark",
        counties: &["Åby", "Älvsjö", "Örnsund, Åby", "Hällefors"],
        companies: &["{} Mekaniska AB", "{} & Söner Trävaru AB", "{} Glasbruk", "Bröderna {}, Handelsbolag"],
        words: &["Ångström", "Björk", "Lindgård", "Möller", "Sjöö", "Östlund", "Wåhlin"],
    },
    ProvinceNames {
        name: "云海省 (Yunhai)",
        office: "云海省统计局 (Yunhai Statistics Office)",
        counties: &["白沙县 (Baisha), Yunhai", "雾山县 (Wushan), Yunhai", "新渡市 (Xindu)", "茶岭县 (Chaling), Yunhai"],
        companies: &["{}茶业有限公司", "{}建材有限公司", "{}海运公司", "{}医药有限公司"],
        words: &["云峰", "海天", "白鹭", "松涛", "银帆", "福泽", "紫荆"],
    },
    ProvinceNames {
        name: "Île Saint-Rémi",
        office: "Bureau de l’Île Saint-Rémi",
        counties: &["Port-Royal, Île Saint-Rémi"],
        companies: &["Pêcheries de {}"],
        words: &["l’Île"],
    },
];

/// Companies that own several works, each with the number of its home province.
pub(super) const GROUPS: &[(&str, usize)] = &[
    ("华丰集团 (Huafeng Group)", 1),
    ("长河控股 (Changhe Holding), Ltd.", 1),
    ("Compagnie Béranger, S.A.", 2),
    ("Groupe Noël-Lefèvre", 2),
    ("Grupo Peñalver, S.A.", 3),
    ("Íñiguez Hermanos, S.L.", 3),
    ("Ångström Förvaltning AB", 4),
    ("Östlund & Möller, Koncern AB", 4),
    ("海天集团 (Haitian Group)", 5),
    ("白鹭投资 (Bailu Investment), Ltd.", 5),
];
